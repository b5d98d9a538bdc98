/// The training or test files of a folder, in the order of the images.
struct FolderPart: Sendable {
  /// A file and its class.
  struct File: Sendable {
    let path: SystemPath
    /// Its name with the class's folder: class/file.
    let name: String
    let label: Int32
  }

  /// The folder, for messages.
  let path: String
  let files: [File]
  /// Remarks on skipped files, one line each.
  let remarks: [String]

  /// Orders the files so that every prefix has all classes in proportion.
  ///
  /// The i-th of a class's n files is placed at (i + ½)/n of the list.
  ///
  /// - Parameters:
  ///   - folders: The classes with their files.
  ///   - classNames: The names of all classes, whose indices are the labels.
  init(_ folders: ClassFolders, classNames: [String]) {
    struct Entry {
      let file: File
      let index: Int
      let count: Int
    }
    let labels = Dictionary(zip(classNames, Int32(0)...), uniquingKeysWith: { first, _ in first })
    let entries = folders.classes.flatMap { folder in
      let label = labels[folder.name] ?? 0
      return folder.files.enumerated().map { index, name in
        let file = File(path: folder.path.appending(name), name: "\(folder.folderName)/\(name)", label: label)
        return Entry(file: file, index: index, count: folder.files.count)
      }
    }
    files = entries.sorted { left, right in
      let (first, second) = ((2 * left.index + 1) * right.count, (2 * right.index + 1) * left.count)
      return first != second ? first < second : left.file.label < right.file.label
    }.map(\.file)
    path = folders.path
    remarks = folders.remarks
  }

  /// The classes that have files.
  var labels: Set<Int32> { Set(files.map(\.label)) }
}
