/// A set of images in two parts, one to train on and one to test on.
public protocol Dataset: Sendable {
  /// Reads the training images.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  func training() throws -> LabeledImages

  /// Reads the test images, with the same classes as the training images.
  ///
  /// - Parameter first: The number of images, from the first; all if nil.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  func test(first: Int?) throws -> LabeledImages
}

/// The two parts of a data set.
public enum DatasetPart: Sendable, CaseIterable {
  case training
  case test
}

extension Dataset {
  /// Reads all test images.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test() throws -> LabeledImages { try test(first: nil) }
}
