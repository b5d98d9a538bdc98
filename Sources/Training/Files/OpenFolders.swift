import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folders of runs that this process has open.
///
/// A lock does not say whose it is: the number of a process and the name of a machine can be the same in two containers.
enum OpenFolders {
  /// A folder, by whichever path it was opened.
  struct Entry: Hashable {
    fileprivate let device: dev_t
    fileprivate let inode: ino_t
  }

  private static let entries = Mutex<Set<Entry>>([])

  /// Adds an open folder.
  ///
  /// - Parameter descriptor: The folder, to be kept open until its entry is removed.
  /// - Returns: The entry to remove; nil if the folder is already open.
  static func add(_ descriptor: Int32) -> Entry? {
    var status = stat()
    fstat(descriptor, &status)
    let entry = Entry(device: status.st_dev, inode: status.st_ino)
    return entries.withLock { $0.insert(entry).inserted } ? entry : nil
  }

  /// Removes a folder that is closed next.
  static func remove(_ entry: Entry) {
    entries.withLock { _ = $0.remove(entry) }
  }
}
