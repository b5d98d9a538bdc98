import Datasets
import Layers
import Tensors

extension Recipe {
  /// The distributions of the initial parameters: the tab's, or else ``initialization``.
  public var effectiveInitialization: Initialization { tab?.initialization ?? initialization }

  /// The resizing method: the tab's, or else Pillow's.
  public var resize: ResizeMethod { tab?.resize ?? .pillow }

  /// The order of an epoch's examples, and the index of the batch with the rest; nil for the last.
  func order(count: Int, epoch: Int) -> (examples: [Int], shortBatch: Int?) {
    guard tab?.shufflesBatches == true else {
      return (Shuffle.order(count: count, seed: seed, epoch: epoch), nil)
    }
    return Shuffle.batchOrder(count: count, batchSize: batchSize, seed: seed, epoch: epoch)
  }

  /// Requires that nothing in the recipe contradicts its tab.
  ///
  /// - Throws: ``TrainingError`` that names both.
  func requireRoom(for tab: Tab) throws {
    guard initialization == Initialization() else {
      throw TrainingError.invalidRecipe(
        reason:
          "the tab \(tab.rawValue.quoted) determines the initial weights and biases, but the recipe's "
          + "'initialization' has others: omit one of them")
    }
    guard tab.resize.givesBytes || augmentation == Augmentation() else { throw tab.refusalOfTransforms }
  }
}

extension Tab {
  /// The error for random changes to images, if they are unsupported.
  var refusalOfTransforms: TrainingError {
    let others = Tab.allCases.filter(\.resize.givesBytes).map(\.rawValue.quoted).joined(separator: " or ")
    return TrainingError.invalidRecipe(
      reason:
        "the tab \(rawValue.quoted) resizes images to numbers, but flip, shift, erasing and other transforms "
        + "change bytes: omit them, or choose the tab \(others)")
  }
}
