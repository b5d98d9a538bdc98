/// The image files directly in a folder, by name, for commands that accept a folder instead of files.
///
/// Hidden files, files whose names do not end in `.png`, `.jpg` or `.jpeg`, and folders within it are skipped.
package struct ImageListing: Sendable {
  /// One of the files.
  package struct File: Sendable {
    /// Its path; bytes that are not UTF-8 are replaced.
    package let path: String
    /// The reason why it cannot be read, if the listing shows one.
    package let problem: DatasetError?
  }

  /// The files, ordered bytewise by name.
  package let files: [File]

  /// Remarks on skipped files, one line each.
  package let remarks: [String]

  /// Lists a folder.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``DatasetError`` if it is not a folder, cannot be read, or has no image files.
  package init(folder path: String) throws {
    if let listing = try ImageListing(path) {
      self = listing
      return
    }
    switch SystemFile.kind(of: path) {
    case .absent: throw DatasetError.missing(path: path, reason: "\(path) does not exist")
    case .unreachable(let reason):
      throw DatasetError.unreadable(path: path, reason: "\(path) cannot be read: \(reason)")
    case .directory, .regular, .other:
      throw DatasetError.notFolder(path: path, reason: "\(path) is not a folder")
    }
  }

  /// Lists a folder; nil if the path is not that of a folder.
  ///
  /// - Parameter path: The path.
  /// - Throws: ``DatasetError`` if it cannot be read, or has no image files.
  package init?(_ path: String) throws {
    guard case .directory = SystemFile.kind(of: path) else { return nil }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let root = SystemPath(folder)
    let listing = try FolderListing(root)
    let images = listing.files.filter(ImageFileName.isImage)
    guard !images.isEmpty else {
      let deeper = listing.folders.lazy.map(root.appending).first(where: Self.hasImages)
      let hint = deeper.map { "; folders within it are not read: give \($0)" } ?? ""
      throw DatasetError.unsupported(
        path: root.description, reason: "\(root) has no .png, .jpg or .jpeg files\(hint)")
    }
    files = images.map { name in
      let file = root.appending(name)
      guard let text = name.text else {
        let problem = DatasetError.unsupported(
          path: file.description, reason: "\(file) has a name that is not UTF-8; rename the file")
        return File(path: file.description, problem: problem)
      }
      let path = folder == "/" ? "/\(text)" : "\(folder)/\(text)"
      // Opening a pipe would block.
      guard case .other = SystemFile.kind(of: path) else { return File(path: path, problem: nil) }
      return File(
        path: path,
        problem: DatasetError.notRegularFile(path: file.description, reason: "\(file) is not a regular file"))
    }
    var others = SkippedFiles(what: "files other than .png, .jpg and .jpeg")
    for file in listing.files where !ImageFileName.isImage(file) { others.add(root.appending(file)) }
    var nested = SkippedFiles(what: "folders within \(root)")
    for folder in listing.folders { nested.add(root.appending(folder)) }
    remarks = [others, nested].compactMap(\.line)
  }

  /// Whether a folder that can be read has image files.
  static func hasImages(_ folder: SystemPath) -> Bool {
    (try? FolderListing(folder))?.files.contains(where: ImageFileName.isImage) ?? false
  }
}
