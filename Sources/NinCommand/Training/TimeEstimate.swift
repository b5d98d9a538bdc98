/// How much time a training has left, tests included.
struct TimeEstimate {
  /// Batches of an epoch, and epochs.
  let stepsPerEpoch: Int
  let epochs: Int
  /// Images that are classified after each epoch.
  let testImages: Int
  private var steps = RecentRate()
  private var images = RecentRate()
  private var testSeconds: Double?
  private var stepsDone: Int
  private var testImagesDone = 0

  /// - Parameters:
  ///   - stepsPerEpoch: Batches of an epoch.
  ///   - epochs: How many epochs there are.
  ///   - testImages: Images that are classified after each epoch.
  ///   - stepsDone: Steps that were done before.
  init(stepsPerEpoch: Int, epochs: Int, testImages: Int, stepsDone: Int) {
    self.stepsPerEpoch = stepsPerEpoch
    self.epochs = epochs
    self.testImages = testImages
    self.stepsDone = stepsDone
  }

  /// Notes a step.
  mutating func addStep(images count: Int, seconds: Double) {
    steps.add(1, seconds: seconds)
    images.add(count, seconds: seconds)
    stepsDone += 1
    testImagesDone = 0
  }

  /// Notes how far the test of an epoch is.
  mutating func noteTest(images: Int) { testImagesDone = images }

  /// Notes the end of an epoch.
  mutating func endTest(seconds: Double) {
    testSeconds = seconds
    testImagesDone = testImages
  }

  /// Images a second, over the last seconds.
  var imagesPerSecond: Double { images.perSecond }

  /// The seconds that are left; nil before the first step.
  var seconds: Double? {
    guard steps.perSecond > 0 else { return nil }
    // The forward pass is about a third of a step.
    let test = testSeconds ?? Double(testImages) / (3 * images.perSecond)
    let testsDone = Double((max(stepsDone, 1) - 1) / stepsPerEpoch)
    let present =
      stepsDone % stepsPerEpoch == 0 && testImages > 0
      ? Double(testImagesDone) / Double(testImages) : 0
    return Double(epochs * stepsPerEpoch - stepsDone) / steps.perSecond
      + max(Double(epochs) - testsDone - present, 0) * test
  }
}
