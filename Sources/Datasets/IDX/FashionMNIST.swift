import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Fashion-MNIST: 60,000 images of clothes to train with and 10,000 to test with, 28×28 gray, in 10 classes.
///
/// Source: Xiao, Rasul, Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine learning
/// algorithms*, arXiv 1708.07747; in the book, section *The Image Classification Dataset*.
public struct FashionMNIST: Dataset {
  /// The two parts of the data set.
  public enum Part: String, Sendable, CaseIterable {
    case training = "train"
    case test = "t10k"

    /// What the names of its files begin with.
    var names: IDXPair.Names { IDXPair.Names(prefix: rawValue) }
  }

  /// What the classes are called, as in the book.
  public static let classNames = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// Where Debian's package dataset-fashion-mnist puts the files.
  public static let debianDirectory = "/usr/share/datasets/fashion-mnist"

  /// The folders where the files are looked for, in order.
  public let directories: [String]

  /// Says where to look; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: The folder that has the files. Without one they are looked for in the user's cache and at
  ///     Debian's place.
  ///   - environment: The environment's variables, which say where the user's cache is.
  public init(
    directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let found = [Self.cacheDirectory(environment: environment), Self.debianDirectory].compactMap(\.self)
    self.init(directories: directory.map { [$0] } ?? found)
  }

  init(directories: [String]) {
    self.directories = directories
  }

  /// Where the data set stands in the user's cache, or nothing where the environment names no home.
  ///
  /// - Parameter environment: The environment's variables `XDG_CACHE_HOME` and `HOME`.
  /// - Returns: The folder, which need not be there.
  public static func cacheDirectory(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    CacheDirectory.path(environment: environment).map { $0 + "/fashion-mnist" }
  }

  /// Reads the 60,000 training images.
  ///
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func training() throws -> LabeledImages { try images(of: .training) }

  /// Reads the 10,000 test images.
  ///
  /// - Parameter first: How many, from the first; all of them if nil. The rest is not even unpacked.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test(first: Int? = nil) throws -> LabeledImages { try images(of: .test, first: first) }

  /// Reads one part: images as N×1×28×28 bytes, 47 MB for training.
  ///
  /// - Parameters:
  ///   - part: Which part; only its two files need to be there.
  ///   - first: How many images, from the first; all of them if nil.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func images(of part: Part, first: Int? = nil) throws -> LabeledImages {
    let pair = try locate(part)
    let images = try pair.readImages(first: first)
    guard images.shape[1] == 28, images.shape[2] == 28 else {
      throw DatasetError("\(pair.images) holds images of \(images.shape[1])×\(images.shape[2]), not 28×28")
    }
    let labels = try pair.readLabels()
    if let other = KnownDataset(labels: labels), other != .fashionMNIST {
      throw DatasetError(
        "\(pair.labels) is \(other)'s, not Fashion-MNIST's, though it has the same name; 'nin data fetch' downloads "
          + "Fashion-MNIST, and '--data DIR' takes \(other)")
    }
    try pair.requireOneDataset(labels)
    return try pair.labeled(
      images, labels.map { Int32($0) }, isWhole: first == nil, classNames: Self.classNames)
  }
}

/// The user's cache directory, as the XDG Base Directory Specification defines it.
enum CacheDirectory {
  /// This package's folder in the user's cache, or nothing where the environment names no home.
  ///
  /// - Parameter environment: The environment's variables; an `XDG_CACHE_HOME` that is not absolute is ignored,
  ///   as the specification wants it.
  /// - Returns: The folder, which need not be there.
  static func path(environment: [String: String]) -> String? {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/nin" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.cache/nin"
  }
}
