/// The amount of training and testing in one run.
public struct RunSize: Sendable, Equatable {
  /// The size of network and images.
  public let size: ExerciseSize
  /// The number of passes over its training images.
  public let epochs: Int
  /// Training images.
  public let trainingImages: Int
  /// Test images.
  public let testImages: Int

  /// Makes a size.
  ///
  /// - Parameters:
  ///   - size: The size of network and images.
  ///   - epochs: The number of passes over its training images.
  ///   - trainingImages: Training images.
  ///   - testImages: Test images.
  public init(_ size: ExerciseSize, epochs: Int, trainingImages: Int, testImages: Int) {
    self.size = size
    self.epochs = epochs
    self.trainingImages = trainingImages
    self.testImages = testImages
  }
}
