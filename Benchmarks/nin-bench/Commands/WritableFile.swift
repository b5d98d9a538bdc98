import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Requires that a file can be written, before minutes are spent on its content.
///
/// - Parameter path: The file.
/// - Throws: `FileError` if its folder is not there or takes no files, or the path is a folder.
func requireWritable(_ path: String) throws {
  guard !path.isEmpty else {
    throw FileError(path: "''", problem: "cannot be written: the path names no file")
  }
  var isFolder = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
    throw FileError(path: path, problem: "cannot be written: it is a folder")
  }
  let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  guard FileManager.default.isWritableFile(atPath: folder) else {
    throw FileError(path: path, problem: "cannot be written: its folder is missing or takes no files")
  }
}
