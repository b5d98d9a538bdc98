/// The files of a folder that are for training, or for the test, in the order of the images.
struct FolderPart: Sendable {
  /// A file and the class that it is an image of.
  struct File: Sendable {
    let path: SystemPath
    /// Its name from the class on: class/file.
    let name: String
    let label: Int32
  }

  /// The folder, for messages.
  let path: String
  let files: [File]
  /// What is left out, a line each.
  let remarks: [String]

  /// Orders the files of classes so that the first ones of any number have all classes in proportion.
  ///
  /// The i-th of a class's n files comes at (i + ½)/n of the way.
  ///
  /// - Parameters:
  ///   - folders: The classes with their files.
  ///   - classNames: The names of all classes, whose positions are the labels.
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
        let file = File(path: folder.path.appending(name), name: "\(folder.name)/\(name)", label: label)
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
