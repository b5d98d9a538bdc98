import Datasets
import Layers

extension Recipe {
  /// The distributions of the first parameters: the tab's, if there is a tab.
  public var firstParameters: Initialization { tab?.initialization ?? initialization }

  /// How images are resized: as the tab does, or else as Pillow.
  public var resize: ResizeMethod { tab?.resize ?? .pillow }

  /// The order of an epoch's examples, and which batch has what is left over; nil for the last.
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
          "the tab '\(tab.rawValue)' decides the first weights and biases, and the recipe's initialisation has others: leave "
          + "out one of them")
    }
    guard tab.resize.givesBytes || augmentation == Augmentation() else { throw tab.refusalOfTransforms }
  }
}

extension Tab {
  /// Why images cannot be changed at random.
  var refusalOfTransforms: TrainingError {
    let others = Tab.allCases.filter(\.resize.givesBytes).map { "'\($0.rawValue)'" }.joined(separator: " or ")
    return TrainingError.invalidRecipe(
      reason:
        "the tab '\(rawValue)' resizes images to numbers, and flip, shift, erasing and other transforms change bytes: leave "
        + "them out, or choose the tab \(others)")
  }
}
