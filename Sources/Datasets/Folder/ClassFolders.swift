import Tensors

/// A folder whose subfolders are classes, each with its image files in order of names.
struct ClassFolders: Sendable {
  /// A class and its files.
  struct Class: Sendable {
    let name: String
    /// The name of its folder, which may be another spelling of its name.
    let folderName: String
    let path: SystemPath
    let files: [FileName]
  }

  let path: String

  /// The classes, ordered bytewise; some may have no image files.
  let classes: [Class]

  /// Remarks on skipped files, one line each.
  let remarks: [String]

  /// Lists a folder; nil if no subfolder has image files.
  ///
  /// - Throws: ``DatasetError`` if a folder cannot be read, or the name of a class is not UTF-8 or not unique.
  init?(_ path: String) throws {
    let root = SystemPath(path)
    var classes: [Class] = []
    var names: Set<String> = []
    var others = SkippedFiles(what: "files other than .png, .jpg and .jpeg")
    var nested = SkippedFiles(what: "folders within classes")
    for folder in try FolderListing(root).folders {
      let classPath = root.appending(folder)
      let listing = try FolderListing(classPath)
      guard let name = folder.text else {
        throw DatasetError.unsupported(
          path: classPath.description,
          reason: "\(classPath) has a name that is not UTF-8; rename the folder")
      }
      // The same letters can be encoded in several ways in Unicode.
      guard names.insert(name).inserted else {
        throw DatasetError.unsupported(
          path: root.description, reason: "\(root) has two classes named \(name.quoted); rename one")
      }
      let files = listing.files.filter(ImageFileName.isImage)
      classes.append(Class(name: name, folderName: name, path: classPath, files: files))
      for file in listing.files where !ImageFileName.isImage(file) { others.add(classPath.appending(file)) }
      for folder in listing.folders { nested.add(classPath.appending(folder)) }
    }
    guard classes.contains(where: { !$0.files.isEmpty }) else { return nil }
    self.path = path
    self.classes = classes
    remarks = [others, nested].compactMap(\.line)
  }

  init(path: String, classes: [Class], remarks: [String]) {
    self.path = path
    self.classes = classes
    self.remarks = remarks
  }

  /// The same classes with some of their files.
  ///
  /// - Parameter isKept: Called with the class's and the file's positions.
  /// - Returns: The classes.
  func withFiles(_ isKept: (_ classIndex: Int, _ position: Int) -> Bool) -> ClassFolders {
    let classes = classes.enumerated().map { index, folder in
      let files = folder.files.enumerated().filter { isKept(index, $0.offset) }.map(\.element)
      return Class(name: folder.name, folderName: folder.folderName, path: folder.path, files: files)
    }
    return ClassFolders(path: path, classes: classes, remarks: remarks)
  }

  /// The same classes and files, with more remarks.
  func adding(remarks more: [String]) -> ClassFolders {
    ClassFolders(path: path, classes: classes, remarks: remarks + more)
  }

  /// The same classes and files, without remarks.
  func withoutRemarks() -> ClassFolders {
    ClassFolders(path: path, classes: classes, remarks: [])
  }

  /// Requires that each class has image files.
  ///
  /// - Throws: ``DatasetError`` that names the first class without any.
  func requireFiles() throws {
    guard let empty = classes.first(where: \.files.isEmpty) else { return }
    throw DatasetError.unsupported(
      path: empty.path.description,
      reason:
        "\(empty.path) has no PNG or JPEG files, and each folder in \(path) is a class; remove it or add images"
    )
  }
}
