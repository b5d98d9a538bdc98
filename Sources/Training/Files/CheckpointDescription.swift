import Datasets
import Layers
import Networks
import Tensors

/// The description of a network that is needed, besides its parameters, to use it.
public struct CheckpointDescription: Sendable, Equatable, Codable {
  /// The layers.
  public var model: Sequential
  /// The shape of one image, C×H×W.
  public var image: Shape
  /// The classes' names; empty if unknown.
  public var classNames: [String]
  /// The normalization of bytes.
  public var normalization: Normalization
  /// The resizing method; nil for Pillow's, and in files of older versions.
  public var resize: ResizeMethod?
  /// The share of each class of a folder of images that was held out for testing; nil if the data had a test part.
  public var heldOutFraction: Double?

  /// Creates a description.
  public init(
    model: Sequential, image: Shape, classNames: [String], normalization: Normalization,
    resize: ResizeMethod? = nil, heldOutFraction: Double? = nil
  ) {
    self.model = model
    self.image = image
    self.classNames = classNames
    self.normalization = normalization
    self.resize = resize
    self.heldOutFraction = heldOutFraction
  }

  /// A bound, since each combination of mean and deviation becomes a lookup table.
  private static let maximumChannelCount = 64

  /// The reason that the description is invalid, except for layers that do not take the images; nil if it is valid.
  var problem: String? {
    if image.rank != 3 || image.extents.contains(where: { $0 <= 0 }) {
      return "its images have the shape \(image), not channels×height×width"
    }
    if max(normalization.mean.count, normalization.deviation.count) > Self.maximumChannelCount {
      return "it normalizes more than \(Self.maximumChannelCount) channels"
    }
    return model.layers.isEmpty ? "its network has no layers" : nil
  }
}

/// The metadata keys that this module adds to a `.safetensors` file, which distinguish the kinds of files.
enum MetadataKey {
  /// The key of a network's description, in a checkpoint.
  static let network = "nin"
  /// The key of a training state.
  static let trainingState = "nin-training"
}
