import Backends
import Operations
import Tensors

/// Where the elements of N×C×H×W lie when channels are stored in runs.
///
///     index(n, c, pixel) = ((n · blocks + c / lanes) · pixels + pixel) · lanes + c mod lanes
///
/// One lane is plain N×C×H×W, 8 or 16 are oneDNN's blocked layouts, C lanes in one block are N×H×W×C. Lanes
/// beyond the last channel hold zeros.
public struct PlaneLayout: Sendable, Equatable {
  /// Images.
  public let batch: Int
  /// Channels.
  public let channels: Int
  /// Runs of channels per image.
  public let blocks: Int
  /// Channels that lie next to each other.
  public let lanes: Int

  /// Makes a layout.
  public init(batch: Int, channels: Int, lanes: Int) {
    self.batch = batch
    self.channels = channels
    self.lanes = lanes
    blocks = (channels + lanes - 1) / lanes
  }

  /// Makes the layout of a plain tensor; one that is not N×C×H×W has a single channel.
  public init(plain shape: Shape) {
    self.init(batch: shape.rank > 0 ? shape[0] : 1, channels: shape.rank == 4 ? shape[1] : 1, lanes: 1)
  }

  /// Planes of all images: what loops run over.
  var planes: Int { batch * blocks }

  /// Whether some lanes belong to no channel.
  var hasPadding: Bool { blocks * lanes != channels }
}
