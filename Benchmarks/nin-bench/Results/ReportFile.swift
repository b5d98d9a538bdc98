import MachineLimits
import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// All measurements of one run, which `--json` writes and `compare` reads.
struct Report: Codable, Equatable, Sendable {
  /// Identifies the file as nin-bench's.
  static let format = "nin-bench"
  /// The version of the schema; a file of another version is rejected.
  static let version = 1

  var format = Self.format
  var version = Self.version
  /// Whether it was a debug build, whose numbers mean nothing.
  var isDebugBuild: Bool
  var machine: Machine
  /// The ceilings, one for each number of threads.
  var ceilings: [Ceilings]
  var measurements: [Measurement]
  /// The measurements next to another process, in the same order, which are not compared; nil without one.
  var beside: [Measurement]?
}

/// Reports as files.
enum ReportFile {
  private static let maximumByteCount = 1 << 28

  /// Writes a report as JSON, completely or not at all.
  static func write(_ report: Report, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let text = String(decoding: try encoder.encode(report), as: UTF8.self)
    try AtomicFile.write(to: path) { try $0.write(text + "\n") }
  }

  /// Reads a report.
  ///
  /// - Parameter path: The file.
  /// - Returns: The report, whose numbers are plausible.
  /// - Throws: ``BenchmarkError`` that explains what is wrong with the file.
  static func read(_ path: String) throws -> Report {
    let data = try content(path)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let header = try? decoder.decode(Header.self, from: data), header.format == Report.format else {
      throw BenchmarkError("\(path) is not a result of nin-bench --json")
    }
    guard header.version == Report.version else {
      throw BenchmarkError(
        "\(path) has version \(header.version); this nin-bench reads version \(Report.version): measure again"
      )
    }
    do {
      let report = try decoder.decode(Report.self, from: data)
      try requireMeasurable(report)
      return report
    } catch let error as DecodingError {
      throw BenchmarkError("\(path) is damaged: \(error.location)")
    } catch let error as BenchmarkError {
      throw BenchmarkError("\(path) is damaged: \(error)")
    }
  }

  private struct Header: Decodable {
    let format: String
    let version: Int
  }

  private static func content(_ path: String) throws -> Data {
    let attributes: [FileAttributeKey: Any]
    do {
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      attributes = try FileManager.default.attributesOfItem(atPath: target)
    } catch {
      throw BenchmarkError("\(path) does not exist")
    }
    let size = attributes[.size]
    let byteCount = size as? Int ?? (size as? UInt).map(Int.init(clamping:)) ?? 0
    guard attributes[.type] as? FileAttributeType == .typeRegular, byteCount <= maximumByteCount else {
      throw BenchmarkError("\(path) is not a result of nin-bench --json")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BenchmarkError("\(path) cannot be read")
    }
    return data
  }

  /// Requires plausible numbers, so that sums of them cannot overflow.
  private static func requireMeasurable(_ report: Report) throws {
    for measurement in report.measurements + (report.beside ?? []) {
      try requireTimes(measurement.nanoseconds)
      let configuration = measurement.configuration
      try requireCounts([
        configuration.imageSize, configuration.batchSize, configuration.microBatch ?? 1,
        configuration.threads, measurement.microBatch,
      ])
      try requireCounts([measurement.operations, measurement.unpaddedOperations ?? 0], from: 0)
      for row in measurement.profile?.rows ?? [] {
        try requireTimes(row.nanoseconds)
        try requireCounts([row.operations, row.unpaddedOperations ?? 0, row.bytes], from: 0)
      }
    }
  }

  private static func requireCounts(_ counts: [Int], from least: Int = 1) throws {
    guard counts.allSatisfy({ (least...1 << 52).contains($0) }) else {
      throw BenchmarkError("a number is negative or impossible")
    }
  }

  /// Requires at least one time, and none that is zero or longer than eleven days.
  private static func requireTimes(_ nanoseconds: [UInt64]) throws {
    let possible: ClosedRange<UInt64> = 1...1_000_000_000_000_000
    guard !nanoseconds.isEmpty, nanoseconds.allSatisfy({ possible.contains($0) }) else {
      throw BenchmarkError("a step's times are missing or impossible")
    }
  }
}

extension DecodingError {
  /// The location in the file, and what is wrong there.
  fileprivate var location: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.path(context))has no \(key.stringValue.quoted)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(Self.path(context))has the wrong type"
    case .dataCorrupted(let context): "\(Self.path(context))is invalid"
    @unknown default: "it is invalid"
    }
  }

  private static func path(_ context: Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return keys.isEmpty ? "it " : keys.joined(separator: ".") + " "
  }
}
