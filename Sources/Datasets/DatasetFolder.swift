import Tensors

/// Recognizes the data set in a folder.
///
/// | in the folder | it is |
/// |---|---|
/// | `train-images-idx3-ubyte.gz` etc. | ``MNIST``, KMNIST or Fashion-MNIST |
/// | `emnist-letters-train-images-idx3-ubyte.gz` etc. | ``EMNIST``; the path may end in `/emnist-letters` |
/// | `data_batch_1.bin`, `test_batch.bin` | CIFAR-10 (``CIFAR``) |
/// | `train.bin`, `test.bin` | CIFAR-100 (``CIFAR``) |
/// | folders with PNG or JPEG files | an ``ImageFolder`` |
///
/// MNIST's files and similar ones may also be in `raw`, or in `FashionMNIST/raw` and so on, where torchvision puts
/// them.
public enum DatasetFolder {
  /// Opens a data set; images are not yet read.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - options: The options for a folder of images, and the function that receives remarks.
  /// - Returns: The data set.
  /// - Throws: ``DatasetError`` if the folder is absent, does not have any of these data sets, or has several.
  public static func open(
    _ path: String, options: ImageFolder.Options = ImageFolder.Options()
  ) throws -> any Dataset {
    switch SystemFile.kind(of: path) {
    case .directory: break
    case .absent:
      if let split = EMNIST.split(ofPath: path) { return split }
      throw DatasetError.missing(
        path: path, reason: path.isEmpty ? "the path of the data is empty" : "\(path) does not exist")
    case .unreachable(let reason):
      throw DatasetError.unreadable(path: path, reason: "\(path) cannot be read: \(reason)")
    case .regular where isArchive(path): throw packed(path)
    case .regular, .other: throw DatasetError.notFolder(path: path, reason: "\(path) is not a folder")
    }
    let names = try FolderListing(SystemPath(path)).files.map(\.description)
    if let dataset = try named(names, in: path, options.report) ?? torchvision(in: path, options.report) {
      return dataset
    }
    if let folder = try ImageFolder(ifThere: path, options: options) { return folder }
    throw try refusal(of: names, in: path) ?? unknown(path)
  }

  /// The data set named by a folder's files.
  private static func named(
    _ names: [String], in path: String, _ report: @escaping @Sendable (String) -> Void
  ) throws -> (any Dataset)? {
    let isThere = Set(names).contains
    if DatasetPart.allCases.contains(where: { $0.fileNames.contains(where: isThere) }) {
      return MNIST(directory: path, report: report)
    }
    let splits = EMNIST.splits(in: path)
    guard splits.count < 2 else {
      throw DatasetError.ambiguous(
        path: path, choices: splits.map { "\(path)/\($0.prefix)" },
        reason:
          "\(path) has several splits of EMNIST, \(splits.map(\.rawValue).joined(separator: ", ")); choose one: "
          + "\(path)/\(splits[0].prefix)")
    }
    if let split = splits.first { return EMNIST(directory: path, split: split) }
    return [CIFAR.ten(directory: path), .hundred(directory: path)].first { cifar in
      (cifar.trainingNames + [cifar.testName]).contains(where: isThere)
    }
  }

  /// The data set that torchvision has downloaded to a folder, or to one in it.
  private static func torchvision(
    in path: String, _ report: @escaping @Sendable (String) -> Void
  ) throws -> (any Dataset)? {
    let roots = [path] + ["FashionMNIST", "MNIST", "KMNIST"].map { "\(path)/\($0)" }
    let found = try roots.compactMap { root -> (root: String, dataset: any Dataset)? in
      let raw = "\(root)/raw"
      guard case .directory = SystemFile.kind(of: raw) else { return nil }
      let names = try FolderListing(SystemPath(raw)).files.map(\.description)
      return try named(names, in: raw, report).map { (root, $0) }
    }
    guard found.count < 2 else {
      throw DatasetError.ambiguous(
        path: path, choices: found.map(\.root),
        reason: "\(path) has several data sets; choose one: \(found.map(\.root).joined(separator: " or "))")
    }
    return found.first?.dataset
  }

  // MARK: Errors

  /// The error for known formats that are not supported.
  private static func refusal(of names: [String], in path: String) -> DatasetError? {
    if let archive = names.first(where: isArchive) { return packed("\(path)/\(archive)") }
    guard names.contains("data_batch_1") || Set(["train", "test", "meta"]).isSubset(of: names) else {
      return nil
    }
    return DatasetError.unsupported(
      path: path,
      reason:
        "\(path) has CIFAR's Python version, which is not supported; download the binary version, cifar-10-binary.tar.gz or "
        + "cifar-100-binary.tar.gz, and unpack it")
  }

  private static func isArchive(_ name: String) -> Bool {
    [".tar.gz", ".tgz", ".tar", ".zip"].contains { name.lowercased().hasSuffix($0) }
  }

  private static func packed(_ path: String) -> DatasetError {
    let isForPython = path.hasSuffix("-python.tar.gz")
    return DatasetError.unsupported(
      path: path,
      reason: isForPython
        ? "\(path) is CIFAR's Python version, which is not supported; download the one whose name ends in -binary.tar.gz"
        : "\(path) is an archive; unpack it and give the resulting folder")
  }

  private static func unknown(_ path: String) throws -> DatasetError {
    let listing = try FolderListing(SystemPath(path))
    let names = listing.names.map { "\($0)".onOneLine(atMost: 80) }
    let found = names.isEmpty ? "is empty" : "has " + names.prefix(4).joined(separator: ", ")
    let more = names.count > 4 ? " and \(names.count - 4) more" : ""
    return DatasetError.unsupported(
      path: path,
      reason:
        "\(path) is not a known data set: it \(found)\(more); \(hint(listing.folders, in: path) ?? known)"
    )
  }

  private static let known =
    "supported: the files of MNIST, KMNIST, Fashion-MNIST (train-images-idx3-ubyte.gz, …), EMNIST "
    + "(emnist-letters-train-images-idx3-ubyte.gz, …) and CIFAR-10 and -100 (data_batch_1.bin, train.bin, …), and PNG "
    + "or JPEG files in one folder per class, or in train/CLASS and test/CLASS"

  /// A remedy, judging by the subfolders: one that is a data set, or images of another format.
  private static func hint(_ folders: [FileName], in path: String) -> String? {
    let paths = folders.compactMap(\.text).map { "\(path)/\($0)" }
    if let dataset = paths.first(where: isDataset) { return "give \(dataset.onOneLine(atMost: 4096))" }
    let files = folders.lazy.compactMap { folder -> SystemPath? in
      let folder = SystemPath(path).appending(folder)
      return (try? FolderListing(folder))?.files.first.map(folder.appending)
    }
    if let file = files.first {
      return
        "only .png, .jpg and .jpeg files in its folders are read, not files such as \(file); convert images to PNG or JPEG"
    }
    let inClasses = folders.lazy.map(SystemPath(path).appending).flatMap(self.folders).flatMap(self.folders)
    return inClasses.first(where: ImageListing.hasImages).map {
      "images are read from CLASS, or train/CLASS and test/CLASS, but not from folders within a class such as \($0)"
    }
  }

  /// The folders in a folder; none if it cannot be read.
  private static func folders(in path: SystemPath) -> [SystemPath] {
    ((try? FolderListing(path))?.folders ?? []).map(path.appending)
  }

  private static func isDataset(_ path: String) -> Bool {
    let names = (try? FolderListing(SystemPath(path)).files.map(\.description)) ?? []
    if (try? named(names, in: path) { _ in }) != nil { return true }
    return (try? ClassFolders(path) ?? FolderLayout.trainingClasses(in: path)) != nil
  }
}

extension EMNIST {
  /// The split that the last component of a path names: `FOLDER/emnist-letters`.
  fileprivate static func split(ofPath path: String) -> EMNIST? {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    guard let split = Split.allCases.first(where: { $0.prefix == name }) else { return nil }
    guard let start = path.ranges(of: name).last?.lowerBound else { return nil }
    // Without the trailing '/', except for the root.
    let above = path[..<start]
    let directory = above.isEmpty ? "." : above == "/" ? "/" : String(above.dropLast())
    return splits(in: directory).contains(split) ? EMNIST(directory: directory, split: split) : nil
  }
}

extension DatasetPart {
  /// All accepted names of the part's files.
  fileprivate var fileNames: [String] {
    IDXFile.spellings(names.images, .images) + IDXFile.spellings(names.labels, .labels)
  }
}
