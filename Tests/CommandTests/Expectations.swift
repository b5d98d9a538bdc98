import Testing

/// Expects that a run has ended well, and has said nothing beside its results but, if it took long, how far it was.
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
