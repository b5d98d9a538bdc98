import ChildProcesses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs the program of a competitor to its end.
enum PeerProcess {
  /// Compiling a network for the first time takes minutes; longer runs hang.
  private static let longest = Duration.seconds(900)

  /// Runs it.
  ///
  /// - Parameters:
  ///   - program: The program's path.
  ///   - arguments: Its arguments.
  /// - Returns: The successful outcome.
  /// - Throws: ``BenchmarkError`` with the reason that it printed, if it failed.
  static func run(_ program: String, _ arguments: [String]) throws -> ChildProcess.Outcome {
    let end = ContinuousClock.now + longest
    let outcome = try ChildProcess.run(
      program, arguments: arguments, environment: ProcessInfo.processInfo.environment
    ) { ContinuousClock.now < end }
    guard outcome.exitCode == 0 else {
      let how = outcome.exitCode.map { "it exited with \($0)" } ?? "it was terminated by a signal"
      throw BenchmarkError(how + reason(outcome.output))
    }
    return outcome
  }

  /// Our error line, otherwise the last line, where Python reports the error.
  private static func reason(_ output: String) -> String {
    let lines = output.split(separator: "\n")
    let line = lines.first { $0.hasPrefix("Error: ") } ?? lines.last
    return line.map { ": \($0.prefix(200))" } ?? ""
  }
}

/// The measurement of one process: the line of JSON that it prints.
struct PeerMeasurement: Codable, Equatable {
  /// The framework, or our backend.
  let peer: String
  let version: String
  /// The setting of the framework.
  let setting: String
  /// The seconds of each timed step, in the order in which they were run.
  let seconds: [Double]
  /// The peak resident memory, in bytes.
  let peakMemory: Int

  /// The median time of a step.
  var medianSeconds: Double { MedianRange(seconds).median }

  /// The mean time of a step; next to a neighbor there are two kinds of steps, and a median would show only one.
  var meanSeconds: Double { seconds.reduce(0, +) / Double(seconds.count) }
}

extension PeerMeasurement {
  private enum CodingKeys: String, CodingKey {
    case peer, version, setting, seconds
    case peakMemory = "peak_memory"
  }

  /// Finds the line in the output of a program; frameworks print other lines too.
  ///
  /// - Parameter output: All that the program has printed.
  /// - Throws: ``BenchmarkError`` if the line is missing or has no times.
  init(output: String) throws {
    guard let line = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
      throw BenchmarkError("it printed no result")
    }
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
      throw BenchmarkError("its result cannot be read: \(line.prefix(200))")
    }
    guard !found.seconds.isEmpty, found.seconds.allSatisfy({ $0 > 0 && $0.isFinite }), found.peakMemory > 0
    else {
      throw BenchmarkError("its result has no times or no memory: \(line.prefix(200))")
    }
    self = found
  }

  /// The line.
  var line: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}
