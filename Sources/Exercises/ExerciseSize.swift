/// The size at which an exercise is answered: of the network and its images, and of the trainings.
///
/// All of ``all`` are the book's network with fewer channels and smaller images. The smallest has feature maps of 2×2 in its
/// last block; on the 67×67 pixels that the network takes at least they would be 1×1, with which the head, and kernels of
/// 3×3, would not matter.
public struct ExerciseSize: Codable, Equatable, Sendable {
  /// What `--size` calls it.
  public let name: String
  /// Height and width of the images.
  public let imageSize: Int
  /// What the book's channels are multiplied by.
  public let width: Double
  /// Images of a batch.
  public let batchSize: Int
  /// How often a run sees its training images.
  public let epochs: Int
  /// The largest learning rate.
  public let learningRate: Double
  /// Steps of the warm-up, at most.
  public let warmUpSteps: Int
  /// The fewest training images of a run: with less hardly anything is learned.
  public let fewestImages: Int
  /// The most training images of a run.
  public let mostImages: Int
  /// Test images, at most.
  public let testImages: Int

  /// Makes a size.
  ///
  /// - Parameters:
  ///   - name: What `--size` calls it.
  ///   - imageSize: Height and width of the images.
  ///   - width: What the book's channels are multiplied by.
  ///   - batchSize: Images of a batch.
  ///   - epochs: How often a run sees its training images.
  ///   - learningRate: The largest learning rate.
  ///   - warmUpSteps: Steps of the warm-up, at most.
  ///   - trainingImages: The fewest and the most training images of a run.
  ///   - testImages: Test images, at most.
  public init(
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
    fewestImages = trainingImages.lowerBound
    mostImages = trainingImages.upperBound
    self.testImages = testImages
  }

  /// A quarter of the channels: seconds a run.
  public static let small = ExerciseSize(
    name: "small", imageSize: 99, width: 0.25, batchSize: 32, epochs: 4, learningRate: 0.02, warmUpSteps: 50,
    trainingImages: 2000...10_000, testImages: 2000)

  /// Half of the channels: minutes a run.
  public static let medium = ExerciseSize(
    name: "medium", imageSize: 131, width: 0.5, batchSize: 32, epochs: 4, learningRate: 0.02,
    warmUpSteps: 50, trainingImages: 4000...20_000, testImages: 10_000)

  /// The book's network and images, with the quick recipe's rate: hours a run.
  public static let book = ExerciseSize(
    name: "book", imageSize: 224, width: 1, batchSize: 128, epochs: 5, learningRate: 0.05, warmUpSteps: 150,
    trainingImages: 10_000...60_000, testImages: 10_000)

  /// The sizes that can be picked by name.
  public static let all = [small, medium, book]

  /// The size for a budget, unless another is asked for.
  ///
  /// - Parameter budget: Seconds.
  /// - Returns: The size.
  public static func usual(budget: Double) -> ExerciseSize {
    switch budget {
    case ..<3600: small
    case ..<86_400: medium
    default: book
    }
  }
}
