#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The contents of a folder in bytewise order of names, without hidden files and folders.
struct FolderListing {
  /// The names of everything that is not a folder: files, links to files, dangling links, pipes.
  private(set) var files: [FileName] = []

  /// The names of folders, and of links to folders other than this one and its ancestors.
  private(set) var folders: [FileName] = []

  /// The names of everything, for messages.
  var names: [FileName] { (files + folders).sorted() }

  /// Lists a folder.
  ///
  /// - Throws: ``DatasetError`` if it cannot be read.
  init(_ path: SystemPath) throws {
    // A folder without search permission can be listed, but nothing in it can be examined.
    if let reason = SystemFile.obstacle(inFolder: path.bytes) {
      throw DatasetError.unreadable(path: path.description, reason: "\(path) cannot be read: \(reason)")
    }
    let above = try Self.identities(from: path)
    for name in try Self.names(in: path) where !name.isHidden {
      var status = stat()
      guard stat(path.appending(name).bytes, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        files.append(name)
        continue
      }
      if !above.contains(Identity(status)) { folders.append(name) }
    }
  }

  private static func names(in path: SystemPath) throws -> [FileName] {
    guard let stream = opendir(path.bytes) else {
      throw DatasetError.unreadable(
        path: path.description, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
    }
    defer { closedir(stream) }
    var names: [FileName] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          FileName(bytes: bytes.prefix { $0 != 0 }.map(CChar.init(bitPattern:)))
        })
    }
    return names.sorted()
  }

  /// The folder and those above it, up to the root.
  private static func identities(from path: SystemPath) throws -> Set<Identity> {
    var identities: Set<Identity> = []
    var folder = path
    while true {
      var status = stat()
      guard stat(folder.bytes, &status) == 0 else {
        throw DatasetError.unreadable(
          path: path.description, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
      }
      guard identities.insert(Identity(status)).inserted else { return identities }
      folder = folder.appending(.parent)
    }
  }
}

/// The identity of a folder, independent of its path.
private struct Identity: Hashable {
  private let device: UInt64
  private let number: UInt64

  init(_ status: stat) {
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
