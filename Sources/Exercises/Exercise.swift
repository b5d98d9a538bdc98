import Layers

/// One of the six exercises of the book's section 8.3.5.
package struct Exercise: Sendable {
  /// The method of answering it.
  package enum Method: Sendable {
    /// Training variants of the network, which are compared with the first.
    case training([ExerciseVariant])
    /// Measuring the costs of networks.
    case resources([ModelCatalog])
  }

  /// Its number, 1 to 6.
  package let number: Int
  /// The topic, in a few words.
  package let title: String
  /// The question, rephrased.
  package let question: String
  /// The method of answering it.
  package let method: Method
  /// The measures of each run; the first one determines the answer.
  package let measures: [ExerciseMeasure]
  /// Background for reading the answer.
  package let background: String

  /// Creates an exercise.
  ///
  /// - Parameters:
  ///   - number: Its number.
  ///   - title: The topic, in a few words.
  ///   - question: The question.
  ///   - method: The method of answering it.
  ///   - measures: The measures of each run; the first one determines the answer.
  ///   - background: Background for reading the answer.
  package init(
    number: Int, title: String, question: String, method: Method,
    measures: [ExerciseMeasure] = [.accuracy, .loss, .trainingLoss],
    background: String
  ) {
    self.number = number
    self.title = title
    self.question = question
    self.method = method
    self.measures = measures
    self.background = background
  }

  /// The exercise with the first network repeated at a different learning rate, a known difference that shows what a
  /// budget can resolve.
  ///
  /// - Parameter factor: The factor of the learning rate.
  /// - Returns: The exercise with one more variant; unchanged if no variants are trained.
  package func withControl(learningRateFactor factor: Double) -> Exercise {
    guard var control = variants.first else { return self }
    control.name += ", learning rate × \(factor)"
    control.identifier += "-rate-\(factor)"
    control.learningRateFactor = factor
    return Exercise(
      number: number, title: title, question: question, method: .training(variants + [control]),
      measures: measures, background: background)
  }

  /// The exercise with the channels of the last block in the variants' names, if the variants differ in them.
  ///
  /// - Parameters:
  ///   - width: The factor of the book's channels.
  ///   - classes: The number of classes.
  /// - Returns: The exercise; unchanged if all variants step to the classes in the same way.
  /// - Throws: `GeometryError` if a network's parts contradict each other.
  package func withChannels(width: Double, classes: Int) throws -> Exercise {
    guard Set(variants.map(\.lastStep)).count > 1 else { return self }
    let named = try variants.map { variant in
      var named = variant
      let channels = try variant.lastBlockChannels(width: width, classes: classes)
      named.name += " (\(channels.map(String.init).joined(separator: "→")))"
      return named
    }
    return Exercise(
      number: number, title: title, question: question, method: .training(named), measures: measures,
      background: background)
  }

  /// The variants that are trained; may be empty.
  package var variants: [ExerciseVariant] {
    guard case .training(let variants) = method else { return [] }
    return variants
  }
}
