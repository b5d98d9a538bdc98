#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What one process has measured: the line of JSON that it prints.
struct PeerMeasurement: Codable, Equatable {
  /// The framework, or the backend of ours.
  let peer: String
  let version: String
  /// How the framework was used.
  let setting: String
  /// The seconds of each timed step, in the order in which they were run.
  let seconds: [Double]
  /// The most memory that was resident at a time, in bytes.
  let peakMemory: Int

  /// The step in the middle.
  var medianSeconds: Double { Spread(seconds).median }
}

extension PeerMeasurement {
  private enum CodingKeys: String, CodingKey {
    case peer, version, setting, seconds
    case peakMemory = "peak_memory"
  }

  /// Finds the line in what a program has printed; frameworks add lines of their own.
  ///
  /// - Parameter output: All that the program has printed.
  /// - Throws: ``PeerError`` if there is no such line, or it holds no times.
  init(output: String) throws {
    guard let line = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
      throw PeerError("it printed no result")
    }
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
      throw PeerError("its result cannot be read: \(line.prefix(200))")
    }
    guard !found.seconds.isEmpty, found.seconds.allSatisfy({ $0 > 0 && $0.isFinite }), found.peakMemory > 0
    else {
      throw PeerError("its result has no times or no memory: \(line.prefix(200))")
    }
    self = found
  }

  /// The line.
  var line: String {
    get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
  }
}
