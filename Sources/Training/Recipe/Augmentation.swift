import Datasets
import Layers
import Networks

/// Random changes to the training images, which depend only on seed, epoch and image.
public struct Augmentation: Sendable, Equatable {
  /// Whether each image is mirrored left to right, with a probability of a half.
  public var flip: Bool
  /// The maximum shift in pixels, up or down and left or right, after resizing.
  ///
  /// The edges are filled with black, as in a crop of the padded image.
  public var shift: Int
  /// The probability with which a rectangle of an image is erased: set to the mean, which normalization makes 0 (Zhong
  /// et al., *Random Erasing Data Augmentation*, 2020).
  public var erasing: Double

  /// Creates an augmentation; by default images are unchanged.
  public init(flip: Bool = false, shift: Int = 0, erasing: Double = 0) {
    self.flip = flip
    self.shift = shift
    self.erasing = erasing
  }

  /// The changes, in order: flip, shift, erasing, as in torchvision's recipes.
  ///
  /// - Parameter normalization: The normalization, for its mean.
  /// - Returns: The transforms.
  func transforms(_ normalization: Normalization) -> [any ImageTransform] {
    var transforms: [any ImageTransform] = []
    if flip { transforms.append(HorizontalFlip()) }
    if shift > 0 { transforms.append(ShiftedCrop(padding: shift)) }
    if erasing > 0 {
      let mean = normalization.mean.map { UInt8((255 * min(max($0, 0), 1)).rounded()) }
      transforms.append(RandomErasing(probability: erasing, fill: mean))
    }
    return transforms
  }
}

extension Augmentation: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case flip, shift, erasing
  }

  /// Reads an augmentation; omitted changes are off.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    self.init(
      flip: try values.decodeIfPresent(Bool.self, forKey: .flip) ?? false,
      shift: try values.decodeIfPresent(Int.self, forKey: .shift) ?? 0,
      erasing: try values.decodeIfPresent(Double.self, forKey: .erasing) ?? 0)
  }
}
