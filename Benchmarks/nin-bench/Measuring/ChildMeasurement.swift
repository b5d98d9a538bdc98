import Backends
import ChildProcesses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Measures a configuration in a separate process.
///
/// Its peak memory is therefore its own, no other configuration has left threads or heap behind, and a backend that
/// crashes does not affect others.
enum ChildMeasurement {
  /// The request to the child, which answers with a ``Measurement`` on the last line of its output.
  struct Request: Codable {
    var configuration: Configuration
    var budget: StepBudget
    /// The demand of a process next to it; nil for none.
    var neighbor: Neighbor.Demand?
  }

  /// Starts a child with this program and waits for it.
  ///
  /// - Parameters:
  ///   - configuration: The configuration.
  ///   - budget: The number of steps or the time.
  ///   - neighbor: The demand of a process next to it; none by default.
  ///   - program: The path of this program; found by default.
  /// - Returns: The measurement.
  /// - Throws: ``BenchmarkError`` with the child's error.
  static func run(
    _ configuration: Configuration, _ budget: StepBudget, beside neighbor: Neighbor.Demand? = nil,
    program: String? = nil
  ) throws -> Measurement {
    let request = try JSONEncoder().encode(
      Request(configuration: configuration, budget: budget, neighbor: neighbor))
    let environment = ProcessInfo.processInfo.environment
    ThreadPool.unbindCaller()
    let outcome = try ChildProcess.run(
      try program ?? ownProgram(), arguments: ["measure", String(decoding: request, as: UTF8.self)],
      environment: environment, outputLimit: 1 << 28)
    let lastLine = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    guard outcome.exitCode == 0,
      let measurement = try? JSONDecoder().decode(Measurement.self, from: Data(lastLine.utf8))
    else {
      let reason = outcome.exitCode == nil ? "it was terminated by a signal" : reason(outcome.output)
      throw BenchmarkError("\(configuration.summary): \(reason)")
    }
    return measurement
  }

  /// The child's first error line, without `Error:`.
  private static func reason(_ output: String) -> String {
    let prefix = "Error: "
    let line = output.split(separator: "\n").first { $0.hasPrefix(prefix) }
    return line.map { String($0.dropFirst(prefix.count)) } ?? "it printed no result"
  }

  /// The path of this program.
  ///
  /// - Throws: ``BenchmarkError`` if the system does not report it.
  static func ownProgram() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      return path
    }
    let name = CommandLine.arguments.first ?? ""
    guard let path = name.contains("/") ? name : ChildProcess.find(name, environment: environment) else {
      throw BenchmarkError("cannot find the program '\(name)'; run it by its full path")
    }
    return path
  }
}
