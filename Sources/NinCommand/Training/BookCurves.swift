import NetworkInNetwork

/// The points of the book's figure: the training loss of each half epoch, and the test loss and accuracy of each epoch.
struct BookCurves {
  private var epochs: [EpochResult]
  private var present: [HalfEpochLoss] = []

  /// Starts with the epochs that are complete.
  init(_ history: [EpochResult] = []) {
    epochs = history
  }

  /// Adds a point of the training loss.
  mutating func add(_ half: HalfEpochLoss) { present.append(half) }

  /// Adds an epoch, with all its points.
  mutating func add(_ result: EpochResult) {
    epochs.append(result)
    present = []
  }

  /// The curves, with the book's names and in its styles.
  var curves: [TextFigure.Curve] {
    let halves = epochs.flatMap { $0.bookTrainingLosses ?? [] } + present
    func test(_ value: (EpochResult) -> Double?) -> [(x: Double, y: Double)] {
      epochs.compactMap { result in value(result).map { (Double(result.epoch), $0) } }
    }
    return [
      TextFigure.Curve("train_loss", halves.map { ($0.epochs, $0.loss) }, pattern: [1], color: 34),
      TextFigure.Curve("val_loss", test(\.bookValidationLoss), pattern: [4, 3], color: 33),
      TextFigure.Curve("val_acc", test(\.bookValidationAccuracy), pattern: [5, 2, 1, 2], color: 32),
    ]
  }
}
