/// The size at which an exercise is answered: of the network, its images, and the training runs.
///
/// All are the book's network, the smaller ones with fewer channels and smaller images. The smallest has feature maps
/// of 2×2 in its last block; with the network's minimum of 67×67 pixels they would be 1×1, and the head and kernels of
/// 3×3 would not matter.
package struct ExerciseSize: Codable, Equatable, Sendable {
  /// Its name for `--size`.
  package let name: String
  /// Height and width of the images.
  package let imageSize: Int
  /// The factor of the book's channels.
  package let width: Double
  /// Images per batch.
  package let batchSize: Int
  /// The number of passes of a run over its training images.
  package let epochs: Int
  /// The peak learning rate.
  package let learningRate: Double
  /// The maximum number of warm-up steps.
  package let warmUpSteps: Int
  /// The minimum number of training images in a run: with fewer, hardly anything is learned.
  package let minimumImages: Int
  /// The maximum number of training images in a run.
  package let maximumImages: Int
  /// The maximum number of test images.
  package let testImages: Int

  /// Creates a size.
  ///
  /// - Parameters:
  ///   - name: Its name for `--size`.
  ///   - imageSize: Height and width of the images.
  ///   - width: The factor of the book's channels.
  ///   - batchSize: Images per batch.
  ///   - epochs: The number of passes of a run over its training images.
  ///   - learningRate: The peak learning rate.
  ///   - warmUpSteps: The maximum number of warm-up steps.
  ///   - trainingImages: The minimum and maximum number of training images in a run.
  ///   - testImages: The maximum number of test images.
  package init(
    name: String, imageSize: Int, width: Double, batchSize: Int, epochs: Int, learningRate: Double,
    warmUpSteps: Int, trainingImages: ClosedRange<Int>, testImages: Int
  ) {
    self.name = name
    self.imageSize = imageSize
    self.width = width
    self.batchSize = batchSize
    self.epochs = epochs
    self.learningRate = learningRate
    self.warmUpSteps = warmUpSteps
    minimumImages = trainingImages.lowerBound
    maximumImages = trainingImages.upperBound
    self.testImages = testImages
  }

  /// A quarter of the channels: seconds per run.
  package static let small = ExerciseSize(
    name: "small", imageSize: 99, width: 0.25, batchSize: 32, epochs: 4, learningRate: 0.01, warmUpSteps: 50,
    trainingImages: 2000...10_000, testImages: 2000)

  /// Half of the channels: minutes per run.
  package static let medium = ExerciseSize(
    name: "medium", imageSize: 131, width: 0.5, batchSize: 32, epochs: 4, learningRate: 0.02,
    warmUpSteps: 50, trainingImages: 4000...20_000, testImages: 10_000)

  /// The book's network and images, with the quick recipe's rate: hours per run.
  package static let book = ExerciseSize(
    name: "book", imageSize: 224, width: 1, batchSize: 128, epochs: 5, learningRate: 0.05, warmUpSteps: 150,
    trainingImages: 10_000...60_000, testImages: 10_000)

  /// The sizes that can be chosen by name.
  package static let all = [small, medium, book]

  /// The default size for a budget.
  ///
  /// - Parameter budget: Seconds.
  /// - Returns: The size.
  package static func usual(budget: Double) -> ExerciseSize {
    switch budget {
    case ..<3600: small
    case ..<86_400: medium
    default: book
    }
  }
}
