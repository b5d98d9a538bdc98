import Testing

/// Expects a run to succeed, with no output besides its results and, if it took long, its progress.
func expectSuccess(_ run: NinProcess.Run, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(run.exitCode == 0 && !run.wasKilled, "\(run.errors)", sourceLocation: sourceLocation)
  let errors = run.errors.split(separator: "\n").filter { !$0.hasPrefix("Progress: ") }
  #expect(errors.isEmpty, sourceLocation: sourceLocation)
}

/// Expects that a run has failed as it should: an exit code, one line that begins with "Error:" and names the
/// thing, and no trap.
func expectFailure(
  _ run: NinProcess.Run, naming parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.exitCode != 0 && !run.wasKilled, "\(run.errors)", sourceLocation: sourceLocation)
  let lines = run.errors.split(separator: "\n").filter { $0.hasPrefix("Error:") }
  #expect(lines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
  let line = lines.first ?? ""
  for part in parts where !part.isEmpty {
    #expect(line.contains(part), sourceLocation: sourceLocation)
  }
  for trace in ["Fatal error", "Backtrace", "Context(", "NSError", "Swift."] {
    #expect(!run.errors.contains(trace), sourceLocation: sourceLocation)
  }
}
