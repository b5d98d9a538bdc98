import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Fashion-MNIST: 60,000 images of clothes to train on and 10,000 to test on, 28×28 gray, in 10 classes.
///
/// Source: Xiao, Rasul, Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine learning
/// algorithms*, arXiv 1708.07747; in the book, section *The Image Classification Dataset*.
public struct FashionMNIST: Dataset {
  /// The classes' names, as in the book.
  public static let classNames = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
  ]

  /// The folder of Debian's package dataset-fashion-mnist.
  public static let debianDirectory = "/usr/share/datasets/fashion-mnist"

  /// The folders that are searched, in order.
  public let directories: [String]

  /// Creates the data set in a folder, or in the first usual one that has it; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: The folder with the files; if nil, the user's cache and the folder of Debian's package are
  ///     searched.
  ///   - environment: The environment's variables, which locate the user's cache.
  public init(
    directory: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    let found = [Self.cacheDirectory(environment: environment), Self.debianDirectory].compactMap(\.self)
    self.init(directories: directory.map { [$0] } ?? found)
  }

  init(directories: [String]) {
    self.directories = directories
  }

  /// The data set's folder in the user's cache; nil if the environment has no home.
  ///
  /// - Parameter environment: The environment's variables `XDG_CACHE_HOME` and `HOME`.
  /// - Returns: The folder, which may not exist.
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
  /// - Parameter first: The number of images, from the first; all if nil. The rest is not decompressed.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test(first: Int? = nil) throws -> LabeledImages { try images(of: .test, first: first) }

  /// Reads one part: images as N×1×28×28 bytes, 47 MB for training.
  ///
  /// - Parameters:
  ///   - part: The part; only its two files need to exist.
  ///   - first: The number of images, from the first; all if nil.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func images(of part: DatasetPart, first: Int? = nil) throws -> LabeledImages {
    let pair = try locate(part)
    let images = try pair.readImages(first: first)
    guard images.shape[1] == 28, images.shape[2] == 28 else {
      throw DatasetError.damaged(
        path: pair.images,
        reason: "\(pair.images) has images of \(images.shape[1])×\(images.shape[2]) pixels, not 28×28")
    }
    let labels = try pair.readLabels()
    if let other = KnownDataset(labels: labels), other != .fashionMNIST {
      throw DatasetError.otherDataset(path: pair.labels, name: "\(other)")
    }
    try pair.requireOneDataset(labels)
    // Both parts are of one data set, even if one is found in a later folder.
    return try pair.labeled(
      images, labels.map { Int32($0) }, isWhole: first == nil, classNames: Self.classNames,
      source: ImageSource(folder: directories[0], part: part))
  }
}

/// The user's cache directory, as the XDG Base Directory Specification defines it.
enum CacheDirectory {
  /// This package's folder in the user's cache; nil if the environment has no home.
  ///
  /// - Parameter environment: The environment's variables; an `XDG_CACHE_HOME` that is not absolute is ignored,
  ///   as specified.
  /// - Returns: The folder, which may not exist.
  static func path(environment: [String: String]) -> String? {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/nin" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.cache/nin"
  }
}
