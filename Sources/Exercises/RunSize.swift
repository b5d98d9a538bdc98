/// The amount of training and testing in one run.
package struct RunSize: Sendable, Equatable {
  /// The size of network and images.
  package let size: ExerciseSize
  /// The number of epochs.
  package let epochs: Int
  /// The number of training images.
  package let trainingImages: Int
  /// The number of test images.
  package let testImages: Int

  /// Creates a size.
  ///
  /// - Parameters:
  ///   - size: The size of network and images.
  ///   - epochs: The number of epochs.
  ///   - trainingImages: The number of training images.
  ///   - testImages: The number of test images.
  package init(_ size: ExerciseSize, epochs: Int, trainingImages: Int, testImages: Int) {
    self.size = size
    self.epochs = epochs
    self.trainingImages = trainingImages
    self.testImages = testImages
  }
}
