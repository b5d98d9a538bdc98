/// What one epoch has brought.
public struct EpochResult: Sendable, Equatable, Codable {
  /// Which epoch, from 1.
  public var epoch: Int
  /// The mean loss over the training images, each as the network was when it saw it.
  public var trainingLoss: Double
  /// The accuracy over the training images, likewise.
  public var trainingAccuracy: Double
  /// The mean loss over the test images after the epoch.
  public var testLoss: Double
  /// The accuracy over the test images after the epoch.
  public var testAccuracy: Double
}
