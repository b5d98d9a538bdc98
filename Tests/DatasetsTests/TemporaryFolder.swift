import CZlib
import Foundation
import Testing

/// A folder that is there for one test and goes with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("nin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and gives its path.
  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name)")
  }
}

/// A committed file that tests read.
func fixture(_ name: String) throws -> URL {
  try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appendingPathComponent(name)
}

/// Bytes as a gzip file holds them.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let file = gzopen("\(folder.path)/bytes.gz", "wb")
  gzwrite(file, bytes, UInt32(bytes.count))
  gzclose(file)
  return try folder.read("bytes.gz")
}

/// An IDX file of bytes with some dimensions.
func idx(_ extents: [UInt32], _ elements: [UInt8]) -> [UInt8] {
  let header = [0x0000_0800 | UInt32(extents.count)] + extents
  return header.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } } + elements
}

/// Whether a text is one line, which is what an error has to be.
func isOneLine(_ text: String) -> Bool {
  !text.isEmpty && !text.contains { $0.isNewline }
}
