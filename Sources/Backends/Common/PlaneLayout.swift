import CKernels
import Operations
import Tensors

/// The layout of N×C×H×W with channels stored in runs.
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
  /// Channels that are adjacent in memory.
  public let lanes: Int

  /// Creates a layout.
  public init(batch: Int, channels: Int, lanes: Int) {
    self.batch = batch
    self.channels = channels
    self.lanes = lanes
    blocks = (channels + lanes - 1) / lanes
  }

  /// Creates the layout of a plain tensor; one that is not N×C×H×W has a single channel.
  public init(plain shape: Shape) {
    self.init(batch: shape.rank > 0 ? shape[0] : 1, channels: shape.rank == 4 ? shape[1] : 1, lanes: 1)
  }

  /// Planes of all images, over which loops run.
  var planes: Int { batch * blocks }

  /// Whether some lanes belong to no channel.
  var hasPadding: Bool { blocks * lanes != channels }
}

/// An order of elements that stores N×C×H×W in runs of channels, which the kernels of ``Common`` and ``Winograd`` can
/// read.
///
/// ``PlaneLayout`` has the index of each element.
public protocol ChannelRunOrder: ElementOrder {
  /// Channels of a run; nil if the elements are stored in another way.
  var channelLanes: Int? { get }

  /// The same order for images of another shape.
  ///
  /// - Throws: ``BackendError`` if there is none.
  func layout(_ shape: Shape, _ elementType: ElementType) throws -> Layout
}

extension Layout {
  /// The layout of the images, for loops over runs of channels.
  ///
  /// - Throws: ``BackendError`` if they are stored in another way.
  public func planes() throws -> PlaneLayout {
    guard let order else { return PlaneLayout(plain: shape) }
    guard let lanes = (order as? any ChannelRunOrder)?.channelLanes else {
      throw BackendError.unsupportedLayout(
        reason: "\(self) has an order of elements that only its backend can read")
    }
    return PlaneLayout(batch: shape[0], channels: shape[1], lanes: lanes)
  }

  /// The layout of other images that are stored in the same way.
  ///
  /// - Throws: ``BackendError`` if they cannot be.
  func reshaped(_ shape: Shape) throws -> Layout {
    guard let order else { return Layout(plain: shape, elementType) }
    guard let order = order as? any ChannelRunOrder else {
      throw BackendError.unsupportedLayout(
        reason: "\(self) has an order of elements that only its backend can read")
    }
    return try order.layout(shape, elementType)
  }
}

extension ck_pooling {
  /// The loops' description of a pooling.
  init(_ geometry: PoolingGeometry, countsPadding: Bool, planes: PlaneLayout, type: ElementType) {
    let window = geometry.window
    self.init(
      type: ck_element(type),
      input_height: Int32(geometry.input.height), input_width: Int32(geometry.input.width),
      output_height: Int32(geometry.output.height), output_width: Int32(geometry.output.width),
      kernel_height: Int32(window.kernel.height), kernel_width: Int32(window.kernel.width),
      stride_height: Int32(window.stride.height), stride_width: Int32(window.stride.width),
      dilation_height: Int32(window.dilation.height), dilation_width: Int32(window.dilation.width),
      padding_top: Int32(window.padding.top), padding_bottom: Int32(window.padding.bottom),
      padding_left: Int32(window.padding.left), padding_right: Int32(window.padding.right),
      counts_padding: countsPadding, lanes: Int32(planes.lanes), planes: planes.planes)
  }
}
