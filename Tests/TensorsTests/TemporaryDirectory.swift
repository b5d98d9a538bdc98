import Foundation
import Tensors
import Testing

/// A directory that is removed with the test that made it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "tensors-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a file in the directory.
  func file(_ name: String) -> String {
    "\(path)/\(name)"
  }

  /// Writes a file and returns its path.
  ///
  /// Nothing here waits for the disk, which would make tests of many files slow: Foundation's own way to write does,
  /// and so do some file systems when a file is overwritten.
  func file(_ name: String, holding bytes: some Collection<UInt8>) throws -> String {
    let path = file(name)
    unlink(path)
    let stream = try #require(fopen(path, "wb"))
    defer { fclose(stream) }
    let content = Array(bytes)
    #expect(fwrite(content, 1, content.count, stream) == content.count)
    return path
  }

  /// The names of all files in the directory, hidden ones included.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}

/// The error that a call throws, as a person sees it; nothing if it throws none.
func complaint<Result>(_ call: () throws -> Result) -> String? {
  do {
    _ = try call()
    return nil
  } catch {
    return "\(error)"
  }
}
