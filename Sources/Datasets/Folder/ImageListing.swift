/// The image files directly in a folder, by name, for a command that takes a folder in place of files.
///
/// Hidden files, files whose names do not end in `.png`, `.jpg` or `.jpeg`, and folders within it are left out.
package struct ImageListing: Sendable {
  /// The path of each file, or why it cannot be read; ordered bytewise by name.
  package let files: [Result<String, DatasetError>]

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
      throw DatasetError("\(root) has no files that are .png, .jpg or .jpeg by name\(hint)")
    }
    let stem = folder == "/" ? folder : folder + "/"
    files = images.map { name in
      guard let text = name.text else {
        return .failure(DatasetError("\(root.appending(name)): its name is not UTF-8; rename the file"))
      }
      let file = stem + text
      // A pipe would be waited for.
      guard case .other = SystemFile.kind(of: file) else { return .success(file) }
      return .failure(DatasetError("\(root.appending(name)) is not a regular file"))
    }
    var others = LeftOut(what: "files that are not .png, .jpg or .jpeg by name")
    for file in listing.files where !ImageFileName.isImage(file) { others.add(root.appending(file)) }
    var nested = LeftOut(what: "folders within \(root)")
    for folder in listing.folders { nested.add(root.appending(folder)) }
    remarks = [others, nested].compactMap(\.line)
  }
}
