/// The image files directly in a folder, by name, for a command that takes a folder in place of files.
///
/// Hidden files, files whose names do not end in `.png`, `.jpg` or `.jpeg`, and folders within it are left out.
package struct ImageListing: Sendable {
  /// One of the files.
  package struct File: Sendable {
    /// Its path; what is not UTF-8 in it is replaced.
    package let path: String
    /// Why it cannot be read, as far as the listing shows.
    package let problem: DatasetError?
  }

  /// The files, ordered bytewise by name.
  package let files: [File]

  /// What is left out, a line each.
  package let remarks: [String]

  /// Lists a folder; nil if the path is not one.
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
      let hint =
        listing.folders.first.map { "; folders within it are not read: give \(root.appending($0))" } ?? ""
      throw DatasetError.unsuitable(
        path: root.description, reason: "\(root) has no files that are .png, .jpg or .jpeg by name\(hint)")
    }
    files = images.map { name in
      let file = root.appending(name)
      guard let text = name.text else {
        let problem = DatasetError.unsuitable(
          path: file.description, reason: "\(file): its name is not UTF-8; rename the file")
        return File(path: file.description, problem: problem)
      }
      let path = folder == "/" ? "/\(text)" : "\(folder)/\(text)"
      // A pipe would be waited for.
      guard case .other = SystemFile.kind(of: path) else { return File(path: path, problem: nil) }
      return File(
        path: path,
        problem: DatasetError.inaccessible(path: file.description, reason: "\(file) is not a regular file"))
    }
    var others = LeftOut(what: "files that are not .png, .jpg or .jpeg by name")
    for file in listing.files where !ImageFileName.isImage(file) { others.add(root.appending(file)) }
    var nested = LeftOut(what: "folders within \(root)")
    for folder in listing.folders { nested.add(root.appending(folder)) }
    remarks = [others, nested].compactMap(\.line)
  }
}
