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

  @Test("what is written is read again")
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

  @Test("so does what is no file", arguments: ["", "missing.json"])
  func noFile(name: String) throws {
    #expect(throws: BenchmarkError.self) { try ReportFile.read(folder.path(name)) }
  }

  @Test("endless files are not read")
  func device() {
    #expect(throws: BenchmarkError.self) { try ReportFile.read("/dev/zero") }
  }
}
