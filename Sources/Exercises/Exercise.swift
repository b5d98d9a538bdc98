import Layers

/// One of the six exercises of the book's section 8.3.5.
public struct Exercise: Sendable {
  /// How it is answered.
  public enum Method: Sendable {
    /// By training variants of the network; the first is what the others are compared with.
    case training([ExerciseVariant])
    /// By measuring what networks cost.
    case resources([ModelCatalog])
  }

  /// Its number, 1 to 6.
  public let number: Int
  /// What it is about, in a few words.
  public let title: String
  /// The question, in our own words.
  public let question: String
  /// How it is answered.
  public let method: Method
  /// What is measured of each run; the first measure decides the answer.
  public let measures: [ExerciseMeasure]
  /// What should be known for reading the answer.
  public let background: String

  /// Makes an exercise.
  ///
  /// - Parameters:
  ///   - number: Its number.
  ///   - title: What it is about, in a few words.
  ///   - question: The question.
  ///   - method: How it is answered.
  ///   - measures: What is measured of each run; the first measure decides the answer.
  ///   - background: What should be known for reading the answer.
  public init(
    number: Int, title: String, question: String, method: Method,
    measures: [ExerciseMeasure] = [.accuracy, .loss],
    background: String
  ) {
    self.number = number
    self.title = title
    self.question = question
    self.method = method
    self.measures = measures
    self.background = background
  }

  /// The exercise with the first network once more at another learning rate: a known difference, to see what a budget can
  /// resolve.
  ///
  /// - Parameter factor: What the learning rate is multiplied by.
  /// - Returns: The exercise with one variant more; as it is where no variants are trained.
  public func withControl(learningRateFactor factor: Double) -> Exercise {
    guard var control = variants.first else { return self }
    control.name += ", learning rate × \(factor)"
    control.identifier += "-rate-\(factor)"
    control.learningRateFactor = factor
    return Exercise(
      number: number, title: title, question: question, method: .training(variants + [control]),
      measures: measures, background: background)
  }

  /// The variants that are trained; empty where none are.
  public var variants: [ExerciseVariant] {
    guard case .training(let variants) = method else { return [] }
    return variants
  }
}
