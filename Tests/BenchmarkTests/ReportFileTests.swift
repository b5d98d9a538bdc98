import Foundation
import TestSupport
import Testing

@testable import nin_bench

@Suite("Files of results")
struct ReportFileTests {
  private let folder: TemporaryFolder
  private let report = Samples.report([
    Samples.measurement(milliseconds: [10, 11, 12], profile: Samples.profile)
  ])

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("results survive a round trip")
  func roundTrip() throws {
    let path = folder.path("report.json")
    try ReportFile.write(report, to: path)
    #expect(try ReportFile.read(path) == report)
  }

  @Test("a damaged or foreign file gives one line that names it")
  func damage() throws {
    let path = folder.path("report.json")
    try ReportFile.write(report, to: path)
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    let damages = [
      "", "{}", "[]", "null", "\u{0}\u{1}", #"{"format": "nin-bench"}"#,
      #"{"format": "other", "version": 1}"#,
      #"{"format": "nin-bench", "version": 1}"#, String(whole.prefix(whole.count / 2)),
      whole.replacing("\"version\" : 1", with: "\"version\" : 2"),
      whole.replacing("10000000", with: "0"), whole.replacing("10000000", with: "-3"),
      whole.replacing("10000000", with: "1e300"), whole.replacing("10000000", with: "\"ten\""),
      whole.replacing("\"dnnl\"", with: "7"), String(repeating: "[", count: 100_000),
    ]
    for damage in damages {
      try Data(damage.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: BenchmarkError.self) { try ReportFile.read(path) }
      let line = error?.description ?? ""
      #expect(line.hasPrefix(path) && !line.contains("\n"), "\(damage.prefix(60)): \(line)")
    }
  }

  @Test("a file with any numbers is rejected in one line or can be compared and printed")
  func numbers() throws {
    let path = folder.path("report.json")
    var measurement = Samples.measurement(
      milliseconds: [10, 11, 12], profile: Samples.profile,
      disturbance: Disturbance(stolen: 0.25, others: 0.125, spread: 0.5))
    measurement.attempts = 3
    try ReportFile.write(Samples.report([measurement]), to: path)
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    let numbers = whole.matches(of: #/: (-?[0-9.e+]+)/#).map(\.output.1)
    #expect(numbers.count > 30)
    let extremes = [
      "0", "-1", "0.5", "1e300", "-1e300", "1e-320", "9223372036854775807", "-9223372036854775808",
      "18446744073709551615", "1e999",
    ]
    for number in numbers {
      for extreme in extremes {
        let text = whole.replacingCharacters(in: number.startIndex..<number.endIndex, with: extreme)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard let read = try refusedInALine({ try ReportFile.read(path) }) else { continue }
        #expect(!Comparison(old: report, new: read).summary.isEmpty)
        #expect(!Comparison(old: read, new: report).summary.isEmpty)
        #expect(!"\(NetworkTable(report: read))".isEmpty)
        for measurement in read.measurements {
          let table = measurement.profile.map { ProfileTable($0, of: measurement, ceilings: nil) }
          #expect(table?.description.isEmpty == false)
        }
      }
    }
  }

  private func refusedInALine(_ read: () throws -> Report) throws -> Report? {
    do {
      return try read()
    } catch let error as BenchmarkError {
      #expect(!error.description.contains("\n"))
      return nil
    }
  }

  @Test("so does a path that is not a file", arguments: ["", "missing.json"])
  func noFile(name: String) throws {
    #expect(throws: BenchmarkError.self) { try ReportFile.read(folder.path(name)) }
  }

  @Test("endless files are not read")
  func device() {
    #expect(throws: BenchmarkError.self) { try ReportFile.read("/dev/zero") }
  }
}
