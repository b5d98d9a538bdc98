import Backends
import ChildProcesses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Measures a configuration in a process of its own.
///
/// So its peak memory is its own, no other configuration has left its threads or its heap behind, and a backend
/// that fails takes nothing with it.
enum ChildMeasurement {
  /// What the child is told; it answers with a ``Measurement`` on the last line of its output.
  struct Request: Codable {
    var configuration: Configuration
    var budget: StepBudget
    /// What a process beside it wants; nil for none.
    var neighbour: Neighbour.Demand?
  }

  /// Starts a child with this program and waits for it.
  ///
  /// - Parameters:
  ///   - configuration: What to measure.
  ///   - budget: How long.
  ///   - neighbour: What a process beside it wants; none if not given.
  ///   - program: Where this program is; found if not given.
  /// - Returns: The measurement.
  /// - Throws: ``BenchmarkError`` with the child's own reason.
  static func run(
    _ configuration: Configuration, _ budget: StepBudget, beside neighbour: Neighbour.Demand? = nil,
    program: String? = nil
  ) throws -> Measurement {
    let request = try JSONEncoder().encode(
      Request(configuration: configuration, budget: budget, neighbour: neighbour))
    let environment = ProcessInfo.processInfo.environment
    ThreadPool.unbindCaller()
    let outcome = try ChildProcess.run(
      try program ?? ownProgram(), arguments: ["measure", String(decoding: request, as: UTF8.self)],
      environment: environment, outputLimit: 1 << 28)
    let lastLine = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    guard outcome.exitCode == 0,
      let measurement = try? JSONDecoder().decode(Measurement.self, from: Data(lastLine.utf8))
    else {
      let reason = outcome.exitCode == nil ? "it was ended by a signal" : reason(outcome.output)
      throw BenchmarkError("\(configuration.summary): \(reason)")
    }
    return measurement
  }

  /// The child's first line of error, without the word.
  private static func reason(_ output: String) -> String {
    let prefix = "Error: "
    let line = output.split(separator: "\n").first { $0.hasPrefix(prefix) }
    return line.map { String($0.dropFirst(prefix.count)) } ?? "it gave no result"
  }

  /// Where this program is.
  ///
  /// - Throws: ``BenchmarkError`` if the system does not tell.
  static func ownProgram() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      return path
    }
    let name = CommandLine.arguments.first ?? ""
    guard let path = name.contains("/") ? name : ChildProcess.find(name, environment: environment) else {
      throw BenchmarkError("the program '\(name)' does not find itself; give its whole path")
    }
    return path
  }
}
