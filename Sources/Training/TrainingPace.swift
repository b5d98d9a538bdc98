/// The pace of training since this process started it, without tests.
public struct TrainingPace: Sendable {
  /// Images trained on.
  public var images: Int
  /// The seconds this took, including waiting for data.
  public var seconds: Double
  /// The seconds of these spent waiting for data.
  public var secondsWaited: Double

  /// Creates a pace from counts.
  public init(images: Int, seconds: Double, secondsWaited: Double) {
    self.images = images
    self.seconds = seconds
    self.secondsWaited = secondsWaited
  }

  /// Images per second, waiting included.
  public var imagesPerSecond: Double { Double(images) / max(seconds, .leastNormalMagnitude) }

  /// The share of the time spent waiting for data, from 0 to 1.
  public var waitingShare: Double { secondsWaited / max(seconds, .leastNormalMagnitude) }
}
