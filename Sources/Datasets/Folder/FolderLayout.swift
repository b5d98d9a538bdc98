import ImageFiles
import Tensors

/// The division of a folder's files into training and test.
struct FolderLayout: Sendable {
  let classNames: [String]
  /// The training files; nil if there are only test images.
  let training: FolderPart?
  let test: FolderPart
  /// Whether the test images are held out from the training images.
  let isDivided: Bool

  /// The accepted names of the folder with the test images, in any case; the first one that has images is used.
  static let testNames = ["test", "val", "valid", "validation"]

  /// Lists the files of a folder; nil if there are no image files in folders of classes.
  ///
  /// - Throws: ``DatasetError`` as ``ImageFolder/init(path:options:)``.
  init?(path: String, testFraction: Double, networkClasses: [String]) throws {
    guard case .directory = SystemFile.kind(of: path) else { return nil }
    let training = try Self.trainingClasses(in: path)
    var test: ClassFolders?
    for name in Self.testNames where test == nil { test = try Self.classes(named: name, in: path) }
    switch (training, test) {
    case (let found?, let test?):
      let training = found.adding(remarks: Self.remarks(onOthersThan: test, in: path))
      if let training = try training.named(as: networkClasses),
        let test = try test.named(as: networkClasses)
      {
        try self.init(training: training, test: test, networkClasses: networkClasses)
      } else {
        try self.init(training: training, test: test, networkClasses: networkClasses)
      }
    case (nil, let test?):
      self.init(testOnly: try test.named(as: networkClasses) ?? test, networkClasses: networkClasses)
    case (_, nil):
      guard let found = try training ?? ClassFolders(path) else { return nil }
      try found.requireFiles()
      let all = try found.named(as: networkClasses) ?? found
      if testFraction < 1 {
        try self.init(dividing: all, testFraction: testFraction, networkClasses: networkClasses)
      } else {
        self.init(testOnly: all, networkClasses: networkClasses)
      }
    }
  }

  /// The network's classes if they include all of the folder's, otherwise the folder's.
  private static func names(of folders: ClassFolders, _ networkClasses: [String]) -> [String] {
    let names = folders.classes.map(\.name)
    return Set(names).isSubset(of: networkClasses) ? networkClasses : names
  }

  /// The classes in a folder's `train`; nil if there are none.
  static func trainingClasses(in path: String) throws -> ClassFolders? {
    try classes(named: "train", in: path)
  }

  /// The classes in a folder within another, whose name may be in any case; nil if there are none.
  private static func classes(named name: String, in path: String) throws -> ClassFolders? {
    let folders = try FolderListing(SystemPath(path)).folders.compactMap(\.text)
    let spelled = folders.first { $0 == name } ?? folders.first { $0.lowercased() == name }
    return try spelled.flatMap { try ClassFolders("\(path)/\($0)") }
  }

  /// Remarks on folders that have the name of one with test images, but are not used.
  private static func remarks(onOthersThan test: ClassFolders, in path: String) -> [String] {
    let found = testNames.compactMap { try? classes(named: $0, in: path)?.path }
    return found.filter { $0 != test.path }.map {
      "\($0) is not read, since \(test.path) has the test images; a validation split holds out training images instead"
    }
  }

  private init(training: ClassFolders, test: ClassFolders, networkClasses: [String]) throws {
    try training.requireFiles()
    let names = training.classes.map(\.name)
    let known = Set(names)
    if let unknown = test.classes.first(where: { !$0.files.isEmpty && !known.contains($0.name) }) {
      throw DatasetError.unsupported(
        path: unknown.path.description,
        reason:
          "\(unknown.path) is a class that \(training.path) does not have; test images can only have classes of the training images"
      )
    }
    let test = test.withFiles { index, _ in known.contains(test.classes[index].name) }
    isDivided = false
    classNames = Self.names(of: training, networkClasses)
    self.training = FolderPart(training, classNames: classNames)
    self.test = FolderPart(test, classNames: classNames)
  }

  private init(testOnly test: ClassFolders, networkClasses: [String]) {
    isDivided = false
    classNames = Self.names(of: test, networkClasses)
    training = nil
    self.test = FolderPart(test, classNames: classNames)
  }

  private init(dividing all: ClassFolders, testFraction: Double, networkClasses: [String]) throws {
    let (training, test) = HeldOutSplit.divide(all, fraction: testFraction)
    guard test.classes.contains(where: { !$0.files.isEmpty }) else {
      throw DatasetError.unsupported(
        path: all.path,
        reason:
          "\(all.path) has one image per class, which leaves none to test on; add images, or put test images in a folder 'test'"
      )
    }
    isDivided = true
    classNames = Self.names(of: all, networkClasses)
    self.training = FolderPart(training, classNames: classNames)
    self.test = FolderPart(test, classNames: classNames)
  }

  /// Whether any file stores colors, according to the headers.
  var storesColor: Bool {
    ((training?.files ?? []) + test.files).contains { file in
      let beginning = try? FileBytes.read(
        path: file.path.bytes, name: file.name, maximumByteCount: .max, first: Self.headerByteCount)
      return beginning.map(ImageFile.storesColor) ?? false
    }
  }

  /// Enough for headers, which follow the camera's metadata with its thumbnail.
  private static let headerByteCount = 1 << 18
}
