import ImageFiles
import Tensors

/// Which files of a folder are for training and which for the test.
struct FolderLayout: Sendable {
  let classNames: [String]
  /// Nil if there are test images only.
  let training: FolderPart?
  let test: FolderPart
  /// Whether the test is a part of what would otherwise be for training.
  let isDivided: Bool

  /// The names that the folder with the test images may have; the first one that is there is taken.
  static let testNames = ["test", "val", "valid", "validation"]

  /// Lists the files of a folder; nil if there are no image files in folders of classes.
  ///
  /// - Throws: ``DatasetError`` as ``ImageFolder/init(path:options:)``.
  init?(path: String, testFraction: Double) throws {
    let training = try Self.classes(in: "\(path)/train")
    var test: ClassFolders?
    for name in Self.testNames where test == nil { test = try Self.classes(in: "\(path)/\(name)") }
    switch (training, test) {
    case (let training?, let test?): try self.init(training: training, test: test)
    case (nil, let test?): self.init(testOnly: test)
    case (let training?, nil): try self.init(dividing: training, testFraction: testFraction)
    case (nil, nil):
      guard let all = try Self.classes(in: path) else { return nil }
      try self.init(dividing: all, testFraction: testFraction)
    }
  }

  private static func classes(in path: String) throws -> ClassFolders? {
    guard case .directory = SystemFile.kind(of: path) else { return nil }
    return try ClassFolders(path)
  }

  private init(training: ClassFolders, test: ClassFolders) throws {
    try training.requireFiles()
    let names = training.classes.map(\.name)
    if let unknown = test.classes.first(where: { !$0.files.isEmpty && !names.contains($0.name) }) {
      throw DatasetError(
        "\(unknown.path) is a class that \(training.path) does not have; the test can only have classes of the training"
      )
    }
    let known = test.withFiles { index, _ in names.contains(test.classes[index].name) }
    isDivided = false
    classNames = names
    self.training = FolderPart(training, classNames: names)
    self.test = FolderPart(known, classNames: names)
  }

  private init(testOnly test: ClassFolders) {
    isDivided = false
    classNames = test.classes.map(\.name)
    training = nil
    self.test = FolderPart(test, classNames: classNames)
  }

  private init(dividing all: ClassFolders, testFraction: Double) throws {
    try all.requireFiles()
    let (training, test) = HeldOutSplit.divide(all, fraction: testFraction)
    guard test.classes.contains(where: { !$0.files.isEmpty }) else {
      throw DatasetError(
        "\(all.path) has one image of each class, and none to test on; add images, or test images in a folder test"
      )
    }
    isDivided = true
    classNames = all.classes.map(\.name)
    self.training = FolderPart(training, classNames: classNames)
    self.test = FolderPart(test, classNames: classNames)
  }

  /// Whether any file stores colours, as far as the beginnings of the files tell.
  var storesColor: Bool {
    ((training?.files ?? []) + test.files).contains { file in
      let beginning = try? FileBytes.read(
        path: file.path.bytes, name: file.name, maximumByteCount: .max, first: Self.headerByteCount)
      return beginning.map(ImageFile.storesColor) ?? false
    }
  }

  /// Headers come behind what cameras write about a photograph, with a small copy of it.
  private static let headerByteCount = 1 << 18
}
