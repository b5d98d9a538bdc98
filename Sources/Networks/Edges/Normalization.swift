import Layers

/// The normalization of pixels, per channel: (byte / 255 − mean) / deviation.
public struct Normalization: Sendable, Equatable, Codable {
  /// The mean that is subtracted, one number per channel or one for all.
  public var mean: [Double]
  /// The deviation to divide by, one number per channel or one for all.
  public var deviation: [Double]

  /// Creates a normalization.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case mean, deviation
  }

  /// Reads both lists.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    mean = try values.decode([Double].self, forKey: .mean)
    deviation = try values.decode([Double].self, forKey: .deviation)
  }

  /// No normalization: values from 0 to 1, as in the book.
  public static let none = Normalization(mean: [0], deviation: [1])

  /// The number that each byte stands for in a channel, computed in float32 as torchvision does.
  public func table(channel: Int) -> [Float] {
    let scaling = scaling(channel: channel)
    return (0..<256).map { (Float($0) / 255 - scaling.mean) / scaling.deviation }
  }

  /// The mean that is subtracted from an intensity of a channel, a number from 0 to 1, and the deviation it is then
  /// divided by.
  public func scaling(channel: Int) -> (mean: Float, deviation: Float) {
    (
      Float(mean.isEmpty ? 0 : mean[channel % mean.count]),
      Float(deviation.isEmpty ? 1 : deviation[channel % deviation.count])
    )
  }
}
