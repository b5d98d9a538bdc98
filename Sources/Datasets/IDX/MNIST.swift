/// MNIST, and data sets that come in files of the same four names: KMNIST, Fashion-MNIST and others of one's own.
///
/// The files do not say which set it is. The labels of Fashion-MNIST and of MNIST are known by their checksum. Otherwise
/// it is Fashion-MNIST if the folder's name contains `fashion`, KMNIST if it contains `kmnist`, and else the classes are
/// the digits. A folder `raw`, as torchvision has it, goes by the name of the folder that it is in.
///
/// Sources: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*; T. Clanuwat and others, *Deep
/// Learning for Classical Japanese Literature*, arXiv 1812.01718.
public struct MNIST: Dataset {
  /// The classes of KMNIST, a character of hiragana each.
  public static let hiragana = ["お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"]

  /// The classes of MNIST.
  static let digits = (0..<10).map(String.init)

  private let directory: String
  private let report: @Sendable (String) -> Void

  /// Says where the files are; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - report: Told in a line if the files are of another set than the folder's name says.
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
  /// - Parameter first: How many, from the first; all of them if nil. The rest is not even unpacked.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test(first: Int?) throws -> LabeledImages { try images(of: .test, first: first) }

  private func images(of part: FashionMNIST.Part, first: Int?) throws -> LabeledImages {
    guard let pair = IDXPair(part.names, in: directory) else {
      let missing = IDXPair.missing(part.names, in: directory).joined(separator: " and ")
      throw DatasetError(
        "\(directory) is without \(missing); 'nin data fetch' downloads those of Fashion-MNIST")
    }
    let labels = try pair.readLabels()
    try pair.requireOneDataset(labels)
    return try pair.labeled(
      pair.readImages(first: first), labels.map { Int32($0) }, isWhole: first == nil,
      classNames: classNames(labels, of: pair))
  }

  private func classNames(_ labels: [UInt8], of pair: IDXPair) -> [String] {
    let named = classNamesByFolder
    guard let known = KnownDataset(labels: labels) else { return named ?? Self.digits }
    if let named, named != known.classNames {
      report("\(pair.labels) is \(known)'s, whatever the folder is called; its classes are taken")
    }
    return known.classNames
  }

  /// The classes of the set that the folder is called after; nil if it is not called after one.
  private var classNamesByFolder: [String]? {
    let name = SystemFile.resolvedNames(of: directory).last { $0 != "raw" }?.lowercased() ?? ""
    if name.contains("fashion") { return FashionMNIST.classNames }
    return name.contains("kmnist") ? Self.hiragana : nil
  }
}
