/// Digests of the training, validation and test images with their labels.
package struct DataDigests: Sendable, Equatable, Codable {
  /// The digest of the training images.
  package var training: String
  /// The digest of the validation images; nil unless they were given separately.
  package var validation: String?
  /// The digest of the test images; nil without any.
  package var test: String?
  /// True if they are not the training and test images of a folder, but given by a program; otherwise nil, as in files
  /// of older versions.
  package var isCustom: Bool?

  /// Creates digests from the `digest` of `LabeledImages`.
  ///
  /// - Parameters:
  ///   - training: The digest of the training images.
  ///   - validation: The digest of the validation images; nil unless they were given separately.
  ///   - test: The digest of the test images; nil without any.
  ///   - isCustom: Whether a program gives the images.
  package init(training: String, validation: String? = nil, test: String?, isCustom: Bool = false) {
    self.isCustom = isCustom ? true : nil
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Requires the data to be the same as at the start of training.
  ///
  /// - Throws: ``TrainingError`` that names those that differ.
  func requireSame(as stored: DataDigests?, folder: String?) throws {
    guard let stored else { return }
    let differing = [
      ("training", training == stored.training), ("validation", validation == stored.validation),
      ("test", test == stored.test),
    ].filter { !$0.1 }.map(\.0)
    guard differing.isEmpty else {
      throw TrainingError.dataChanged(path: folder ?? "", sets: differing)
    }
  }
}
