/// A point of the training loss as the book draws it: the mean over half the batches of an epoch.
public struct HalfEpochLoss: Sendable, Equatable, Codable {
  /// Its position in the book's figure, in epochs from the start: about 0.25, 0.75, 1.25.
  public var epochs: Double
  /// The unweighted mean of the batches' mean losses, each before its update.
  public var loss: Double

  /// Whether the point is in a range that can be drawn.
  var isReachable: Bool { (0...0x1p53).contains(epochs) }
}

/// Averages the training loss as the book's `ProgressBoard` does with two points per epoch.
///
/// A point is the mean of ⌊batches of an epoch / 2⌋ consecutive batches. With an odd number of batches the points are
/// not aligned with epochs: in the book, with 469 batches, the third point has the last batch of the first epoch and
/// 233 of the second.
///
/// Source: the book's `Module.plot` and `ProgressBoard.draw` (sections 3.2.1 and 3.2.2).
struct HalfEpochLosses: Sendable, Equatable, Codable {
  private var lossSum = 0.0
  private(set) var batches = 0
  /// The points completed in the current epoch.
  private(set) var complete: [HalfEpochLoss] = []

  /// An epoch of three batches completes three points; no epoch completes more.
  private static let maximumPerEpoch = 3

  init() {
    complete.reserveCapacity(Self.maximumPerEpoch)
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - loss: Its mean loss.
  ///   - step: The number of steps before it, over all epochs.
  ///   - stepsPerEpoch: Batches per epoch.
  /// - Returns: The point that the batch completes, if any.
  mutating func add(loss: Double, step: Int, stepsPerEpoch: Int) -> HalfEpochLoss? {
    let length = stepsPerEpoch / 2
    guard length > 0 else { return nil }
    lossSum += loss
    batches += 1
    guard (step + 1) % length == 0 else { return nil }
    defer { (lossSum, batches) = (0, 0) }
    // A run started by an older version may lack the first batches of its first point.
    guard batches == length else { return nil }
    let middle = Double(step) - Double(length - 1) / 2
    let point = HalfEpochLoss(epochs: middle / Double(stepsPerEpoch), loss: lossSum / Double(length))
    complete.append(point)
    return point
  }

  /// Begins the next epoch; an incomplete point is kept.
  mutating func beginEpoch() {
    complete.removeAll(keepingCapacity: true)
  }
}
