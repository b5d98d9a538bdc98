import Foundation

/// A new folder that goes with its value.
final class TemporaryFolder {
  let url: URL
  /// Where the printed texts of the runs go, beside the folder, so that it holds only what the command makes.
  let logs: URL
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("nin-tests-\(UUID().uuidString)")
    url = root.appendingPathComponent("work")
    logs = root.appendingPathComponent("logs")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  /// The path of something in the folder.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file.
  func write(_ bytes: Data, to name: String) throws {
    try bytes.write(to: url.appendingPathComponent(name))
  }

  /// Reads a file.
  func read(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

  /// The names of all files and folders in it, hidden ones included.
  func names(in name: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }
}
