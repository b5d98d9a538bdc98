import Backends

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Detects problems that keep a network from learning.
///
/// In a step it checks only the loss and the gradient's norm, which are computed anyway; after an epoch it also
/// checks the layers' activations on a few images and the test predictions. Each kind is reported once per run.
struct HealthWatch {
  private let recipe: Recipe
  private let classNames: [String]
  /// The cross entropy of guessing, ln(classes); nil for a custom loss, or only one class.
  private let guessingLoss: Double?
  /// The expected change of the loss in a step, from the gradient's norm; nil for a custom update rule.
  private let gain: ((_ norm: Double) -> Double)?
  private var reported: Set<Diagnosis.Kind> = []
  private var stepsWithoutGradient = 0
  private var gainSum = 0.0
  private var steps = 0

  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - functions: Its custom loss and update rule, if any.
  ///   - classNames: The classes of the data.
  init(_ recipe: Recipe, _ functions: TrainingFunctions, classNames: [String]) {
    self.recipe = recipe
    self.classNames = classNames
    if case .crossEntropy = functions.loss(recipe), classNames.count > 1 {
      guessingLoss = log(Double(classNames.count))
    } else {
      guessingLoss = nil
    }
    gain = functions.hasCustomRule ? nil : recipe.gain
  }

  // MARK: Before the first step

  /// Finds classes without training images, if there are enough images that each class should have some.
  mutating func begin(labels: [Int32], step: Int) -> Diagnosis? {
    guard labels.count >= Self.imagesForClasses * classNames.count else { return nil }
    var counts = Array(repeating: 0, count: classNames.count)
    for label in labels { counts[Int(label)] += 1 }
    let missing = counts.indices.filter { counts[$0] == 0 }
    guard !missing.isEmpty else { return nil }
    return report(
      .missingClasses, step,
      "\(missing.count) of \(classNames.count) classes have no training images (\(names(missing)))",
      "they will not be learned: if the data is sorted by class, use or shuffle all of them, otherwise check the "
        + "labels")
  }

  // MARK: After a step

  /// Checks a step.
  mutating func note(_ progress: StepProgress) -> Diagnosis? {
    steps += 1
    gainSum += gain?(progress.gradientNorm) ?? 0
    let isDead = progress.gradientNorm == 0 && isGuess(progress.batchLoss)
    stepsWithoutGradient = isDead ? stepsWithoutGradient + 1 : 0
    guard stepsWithoutGradient == Self.deadSteps else { return nil }
    return reportNoGradient(progress.step)
  }

  private func isGuess(_ loss: Double) -> Bool {
    guessingLoss.map { abs(loss - $0) < 1e-9 } ?? false
  }

  private mutating func reportNoGradient(_ step: Int) -> Diagnosis? {
    let loss =
      guessingLoss.map { "the loss is ln \(classNames.count) = \(rounded($0))" }
      ?? "the loss is that of guessing"
    return report(
      .noGradient, step,
      "all class scores are the same and no gradient is left (\(loss)), so nothing more is learned: the last ReLU has "
        + "died",
      "start over with a lower learning rate (it is \(rate)), a warm-up, another seed, or the last convolution's bias above 0 "
        + "(initialization.constants in the recipe)")
  }

  // MARK: After an epoch

  /// Whether activations need to be examined.
  var looksAtChannels: Bool { reported.isDisjoint(with: [.noGradient, .deadLayer]) }

  /// Checks a complete epoch.
  ///
  /// - Parameters:
  ///   - result: Its losses and accuracies.
  ///   - step: The number of steps completed, over all epochs.
  ///   - activity: The layers' activity for some training images; nil if they were not examined.
  ///   - confusion: The confusion matrix of the held-out images; nil without any.
  /// - Returns: The problems found.
  mutating func endEpoch(
    _ result: EpochResult, step: Int, activity: ChannelActivity?, confusion: ConfusionMatrix?
  ) -> [Diagnosis] {
    // Short epochs are checked together.
    defer { if steps >= Self.stepsForGain { (gainSum, steps) = (0, 0) } }
    var found: [Diagnosis?] = []
    if let activity { found += [deadLayer(activity, step), deadClasses(activity, result, step)] }
    if !reported.contains(.noGradient), !reported.contains(.deadLayer) {
      found.append(smallSteps(result, step) ?? guessing(result, step))
    }
    if let confusion { found.append(neverPredicted(confusion, result, step)) }
    return found.compactMap(\.self)
  }

  private mutating func deadLayer(_ activity: ChannelActivity, _ step: Int) -> Diagnosis? {
    guard activity.images >= ChannelActivity.minimumImages, !reported.contains(.noGradient) else {
      return nil
    }
    guard let layer = activity.layers.first(where: Self.isDead)
    else { return nil }
    return report(
      .deadLayer, step,
      "\(layer.deadCount) of \(layer.isAlive.count) channels of \(layer.name) are 0 for all \(activity.images) sampled training "
        + "images, so little or nothing passes through it: its ReLUs have died, or its weights are 0",
      "start over with a lower learning rate (it is \(rate)), a warm-up or another initialization; dead channels seldom "
        + "recover")
  }

  private static func isDead(_ layer: ChannelActivity.Layer) -> Bool {
    let (dead, all) = (layer.deadCount, layer.isAlive.count)
    return dead == all || all >= channelsOfWideLayer && Double(dead) >= deadShare * Double(all)
  }

  private mutating func deadClasses(
    _ activity: ChannelActivity, _ result: EpochResult, _ step: Int
  ) -> Diagnosis? {
    let classes = activity.classes
    guard activity.images >= ChannelActivity.minimumImages, classes.isAlive.count == classNames.count,
      !reported.contains(.noGradient), !reported.contains(.deadLayer), classes.deadCount > 0
    else { return nil }
    guard classes.deadCount < classes.isAlive.count else { return reportNoGradient(step) }
    // On the plateau at the start, classes die and recover.
    guard hasBegunToLearn(result) || step >= Self.stepsForGuessing else { return nil }
    return report(
      .deadClasses, step,
      "the scores of \(classes.deadCount) of \(classNames.count) classes are 0 for all \(activity.images) sampled training images "
        + "(\(names(classes.isAlive.indices.filter { !classes.isAlive[$0] }))): their last ReLU passes "
        + "neither values nor gradients",
      "if this persists they will not be learned: start over with the last convolution's bias above 0 "
        + "(initialization.constants in the recipe) or a lower learning rate (it is \(rate))")
  }

  /// To first order a step reduces the loss by the learning rate times the squared norm; the sum is the gain of an
  /// epoch.
  private mutating func smallSteps(_ result: EpochResult, _ step: Int) -> Diagnosis? {
    guard gain != nil, steps >= Self.stepsForGain, result.trainingAccuracy < Self.learned else { return nil }
    let change = gainSum / Double(steps) * Self.stepsAhead / max(result.trainingLoss, .leastNormalMagnitude)
    guard change < Self.minimumChange else { return nil }
    return report(
      .smallSteps, step,
      "the loss does not change (\(rounded(result.trainingLoss))): even at the highest learning rate, 1,000 steps along the "
        + "gradients of this epoch would change it by less than 0.1 %",
      "raise the learning rate (it is \(rate)), or use another initialization")
  }

  private func hasBegunToLearn(_ result: EpochResult) -> Bool {
    result.trainingAccuracy >= Self.guessingAccuracy / Double(classNames.count)
  }

  private mutating func guessing(_ result: EpochResult, _ step: Int) -> Diagnosis? {
    guard let guessingLoss, step >= Self.stepsForGuessing, !reported.contains(.smallSteps),
      result.trainingLoss >= Self.guessingShare * guessingLoss, !hasBegunToLearn(result)
    else { return nil }
    return report(
      .guessing, step,
      "the loss has stayed at that of guessing for \(step) steps (\(rounded(result.trainingLoss)), and ln "
        + "\(classNames.count) is \(rounded(guessingLoss)))",
      "with plain SGD it may still begin to fall in the next epoch; if it does not, try momentum, he-uniform weights, "
        + "normalized images or another learning rate (it is \(rate)), and check that the labels belong to the images"
    )
  }

  private mutating func neverPredicted(
    _ confusion: ConfusionMatrix, _ result: EpochResult, _ step: Int
  ) -> Diagnosis? {
    // A network that has not begun to learn often predicts only one class.
    guard step >= Self.stepsForGuessing || reported.contains(.missingClasses), hasBegunToLearn(result)
    else { return nil }
    let classes = confusion.neverPredicted.filter { confusion.support(of: $0) >= Self.imagesOfClass }
    guard !classes.isEmpty else { return nil }
    return report(
      .neverPredicted, step,
      "none of \(confusion.count) held-out images is classified as \(names(classes))",
      "if this persists, check that each class has training images, about as many as the others; if its scores are always 0, "
        + "its last ReLU has died")
  }

  // MARK: Words

  private mutating func report(
    _ kind: Diagnosis.Kind, _ step: Int, _ finding: String, _ advice: String
  ) -> Diagnosis? {
    guard reported.insert(kind).inserted else { return nil }
    return Diagnosis(kind: kind, step: step, finding: finding, advice: advice)
  }

  private func names(_ classes: [Int]) -> String { listed(classes.map { classNames[$0] }) }

  private var rate: String { "\(recipe.learningRate.peak)" }

  private func rounded(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)" }
}

// MARK: Thresholds

extension HealthWatch {
  /// Consecutive steps without any gradient.
  private static let deadSteps = 3
  /// Training images per class, on average, above which each class should have some.
  private static let imagesForClasses = 20
  /// In a narrower layer all channels must be dead: in a healthy NiN, nine of ten may be in the last convolutions.
  private static let channelsOfWideLayer = 32
  private static let deadShare = 0.9
  /// With fewer steps there are too few gradients for a verdict.
  private static let stepsForGain = 8
  private static let stepsAhead = 1000.0
  private static let minimumChange = 1e-3
  /// Above this accuracy, small gradients mean that training has converged.
  private static let learned = 0.9
  /// Steps that plain SGD may spend on the plateau at the start: in the book it takes most of the first epoch's 469.
  private static let stepsForGuessing = 400
  private static let guessingShare = 0.98
  private static let guessingAccuracy = 1.5
  /// With this many held-out images of a class, at least one should be classified as that class.
  private static let imagesOfClass = 10
}

extension Recipe {
  /// The first-order lower bound of the change of the loss in a step at the peak learning rate, from the gradient's
  /// norm.
  ///
  /// For plain descent along g it is η‖g‖², with momentum μ eventually 1 / (1 − μ) times as much. AdamW moves each
  /// parameter by about η, so that the loss changes by η‖g‖₁, which is at least η‖g‖.
  var gain: (_ norm: Double) -> Double {
    let rate = learningRate.peak
    let limit = maximumGradientNorm ?? .infinity
    switch optimizer {
    case .sgd(let momentum, _): return { rate * $0 * min($0, limit) / (1 - momentum) }
    case .adamW: return { rate * $0 }
    }
  }
}
