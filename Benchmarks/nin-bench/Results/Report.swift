/// Everything that one run has measured: what `--json` writes and `compare` reads.
struct Report: Codable, Equatable, Sendable {
  /// Marks the file as one of nin-bench.
  static let format = "nin-bench"
  /// Counts the changes of the schema; a file of another version is refused.
  static let version = 1

  var format = Self.format
  var version = Self.version
  /// Whether the build was one of debug, whose numbers mean nothing.
  var isDebugBuild: Bool
  var machine: Machine
  /// One for each number of threads.
  var ceilings: [Ceilings]
  var measurements: [Measurement]
}
