/// MNIST, and data sets in files with the same four names: KMNIST, Fashion-MNIST and custom ones.
///
/// The files do not name the data set. The labels of Fashion-MNIST and MNIST are recognized by their checksums.
/// Otherwise it is Fashion-MNIST if the folder's name contains `fashion`, KMNIST if it contains `kmnist`; if neither,
/// the classes are the digits. For a folder `raw`, as in torchvision, the name of the folder above it is used.
///
/// Sources: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*; T. Clanuwat and others, *Deep
/// Learning for Classical Japanese Literature*, arXiv 1812.01718.
public struct MNIST: Dataset {
  /// The classes of KMNIST, one hiragana character each.
  public static let hiragana = ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"]

  /// The classes of MNIST.
  static let digits = (0..<10).map(String.init)

  private let directory: String
  private let report: @Sendable (String) -> Void

  /// Creates the data set in a folder; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - report: Receives a line if the files belong to a different set than the folder's name says.
  public init(directory: String, report: @escaping @Sendable (String) -> Void = { _ in }) {
    self.directory = directory
    self.report = report
  }

  /// Reads the training images, N×1×H×W.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func training() throws -> LabeledImages { try images(of: .training, first: nil) }

  /// Reads the test images, N×1×H×W.
  ///
  /// - Parameter first: The number of images, from the first; all if nil. The rest is not decompressed.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test(first: Int?) throws -> LabeledImages { try images(of: .test, first: first) }

  private func images(of part: DatasetPart, first: Int?) throws -> LabeledImages {
    guard let pair = IDXPair(part.names, in: directory) else {
      throw DatasetError.incomplete(path: directory, missing: IDXPair.missing(part.names, in: directory))
    }
    let labels = try pair.readLabels()
    try pair.requireOneDataset(labels)
    return try pair.labeled(
      pair.readImages(first: first), labels.map { Int32($0) }, isWhole: first == nil,
      classNames: classNames(labels, of: pair),
      source: ImageSource(folder: directory, part: part))
  }

  private func classNames(_ labels: [UInt8], of pair: IDXPair) -> [String] {
    let named = classNamesByFolder
    guard let known = KnownDataset(labels: labels) else { return named ?? Self.digits }
    if let named, named != known.classNames {
      report("\(pair.labels) belongs to \(known), despite the folder's name; its classes are used")
    }
    return known.classNames
  }

  /// The classes of the set that the folder is named after, if any.
  private var classNamesByFolder: [String]? {
    let name = SystemFile.resolvedNames(of: directory).last { $0 != "raw" }?.lowercased() ?? ""
    if name.contains("fashion") { return FashionMNIST.classNames }
    return name.contains("kmnist") ? Self.hiragana : nil
  }
}

extension DatasetPart {
  /// The first component of the names of MNIST's files: `train-images`, `t10k-labels`.
  package var prefixOfMNIST: String {
    switch self {
    case .training: "train"
    case .test: "t10k"
    }
  }

  /// The names of MNIST's files, which KMNIST and Fashion-MNIST share.
  var names: IDXPair.Names { IDXPair.Names(prefix: prefixOfMNIST) }
}
