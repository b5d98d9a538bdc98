import Foundation

/// A new folder that is removed with its value.
public final class TemporaryFolder: Sendable {
  /// Its path.
  public let path: String

  /// Makes the folder.
  public init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("nin-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Its URL.
  public var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

  /// The path of something in the folder.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  ///
  /// Nothing here waits for the disk, which would make tests with many files slow: Foundation's own functions do, and
  /// so do some file systems when a file is overwritten.
  @discardableResult
  public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
    let file = path(name)
    unlink(file)
    guard let stream = fopen(file, "wb") else { throw CocoaError(.fileWriteUnknown) }
    defer { fclose(stream) }
    let content = Array(bytes)
    guard fwrite(content, 1, content.count, stream) == content.count else {
      throw CocoaError(.fileWriteOutOfSpace)
    }
    return file
  }

  /// The bytes of a file.
  public func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  /// Whether something has this name.
  public func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }

  /// The names of all files and folders in it, or in a folder of it, hidden ones included.
  public func names(in name: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }
}
