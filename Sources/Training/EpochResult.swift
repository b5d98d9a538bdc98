import Backends

/// The results of one epoch.
public struct EpochResult: Sendable, Equatable, Codable {
  /// The epoch, from 1.
  public var epoch: Int
  /// The mean loss over the training images, each at the time of its step.
  public var trainingLoss: Double
  /// The accuracy over the training images, each at the time of its step.
  public var trainingAccuracy: Double
  /// The mean loss over the held-out images after the epoch; nil without any.
  public var validationLoss: Double?
  /// The accuracy over the held-out images after the epoch; nil without any.
  public var validationAccuracy: Double?
  /// The mean loss over the test images after the epoch; nil without any.
  public var testLoss: Double?
  /// The accuracy over the test images after the epoch; nil without any.
  public var testAccuracy: Double?
  /// The validation loss of the averaged weights; nil without an average.
  public var averageValidationLoss: Double?
  /// The validation accuracy of the averaged weights; nil without an average.
  public var averageValidationAccuracy: Double?
  /// The test loss of the averaged weights; nil without an average.
  public var averageTestLoss: Double?
  /// The test accuracy of the averaged weights; nil without an average.
  public var averageTestAccuracy: Double?

  /// The book's `val_loss`: the unweighted mean of the test batches' losses after the epoch; nil without test images, and in
  /// files of older versions.
  public var bookValidationLoss: Double?
  /// The book's `val_acc`: the unweighted mean of the test batches' accuracies after the epoch; nil in the same cases.
  public var bookValidationAccuracy: Double?
  /// The book's `train_loss`: the points that the epoch completed, usually two; nil in files of older versions.
  public var bookTrainingLosses: [HalfEpochLoss]?

  init(
    epoch: Int, training: ClassificationScore, halves: [HalfEpochLoss], plain: HeldOutScores,
    average: HeldOutScores?
  ) {
    self.epoch = epoch
    bookTrainingLosses = halves
    bookValidationLoss = plain.testBatches.loss
    bookValidationAccuracy = plain.testBatches.accuracy
    trainingLoss = training.loss
    trainingAccuracy = training.accuracy
    validationLoss = plain.validation?.loss
    validationAccuracy = plain.validation?.accuracy
    testLoss = plain.test?.loss
    testAccuracy = plain.test?.accuracy
    averageValidationLoss = average?.validation?.loss
    averageValidationAccuracy = average?.validation?.accuracy
    averageTestLoss = average?.test?.loss
    averageTestAccuracy = average?.test?.accuracy
  }

  /// The figures the epoch is judged by: on the validation images if any, otherwise the test images, otherwise the
  /// training images; with the averaged weights, if any.
  var judgment: Judgment {
    let candidates = [
      (averageValidationAccuracy, averageValidationLoss), (validationAccuracy, validationLoss),
      (averageTestAccuracy, averageTestLoss), (testAccuracy, testLoss),
    ]
    for case (let accuracy?, let loss?) in candidates {
      return Judgment(epoch: epoch, accuracy: accuracy, loss: loss)
    }
    return Judgment(epoch: epoch, accuracy: trainingAccuracy, loss: trainingLoss)
  }

  /// An epoch's accuracy and loss, by which the best one is found.
  public struct Judgment: Sendable, Equatable, Codable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The accuracy, which decides.
    public var accuracy: Double
    /// The loss, which decides between equal accuracies.
    public var loss: Double

    /// Whether it is better than another.
    func isBetter(than other: Judgment?) -> Bool {
      guard let other else { return true }
      return accuracy > other.accuracy || accuracy == other.accuracy && loss < other.loss
    }
  }
}
