/// An estimate of the remaining training time, tests included.
struct TimeEstimate {
  /// Batches per epoch, and the number of epochs.
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
  ///   - stepsPerEpoch: Batches per epoch.
  ///   - epochs: The number of epochs.
  ///   - testImages: Images that are classified after each epoch.
  ///   - stepsDone: Steps already completed.
  init(stepsPerEpoch: Int, epochs: Int, testImages: Int, stepsDone: Int) {
    self.stepsPerEpoch = stepsPerEpoch
    self.epochs = epochs
    self.testImages = testImages
    self.stepsDone = stepsDone
  }

  /// Records a step.
  mutating func addStep(images count: Int, seconds: Double) {
    steps.add(1, seconds: seconds)
    images.add(count, seconds: seconds)
    stepsDone += 1
    testImagesDone = 0
  }

  /// Records the progress of an epoch's test.
  mutating func noteTest(images: Int) { testImagesDone = images }

  /// Records the end of an epoch.
  mutating func endTest(seconds: Double) {
    testSeconds = seconds
    testImagesDone = testImages
  }

  /// Images per second, over the last seconds.
  var imagesPerSecond: Double { images.perSecond }

  /// The remaining seconds; nil before the first step.
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
