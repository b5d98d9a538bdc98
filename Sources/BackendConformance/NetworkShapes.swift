import Operations
import Tensors

/// The operations of networks that people train, with their real sizes.
public enum NetworkShapes {
  /// NiN's twelve convolutions, three max poolings and the global average pooling (the book's section 8.3).
  ///
  /// - Parameters:
  ///   - batch: Images.
  ///   - channels: Channels of the images.
  ///   - side: Height and width of the images.
  ///   - classes: Channels of the last three convolutions.
  /// - Returns: The operations, in the network's order.
  /// - Throws: `GeometryError` if the images are too small.
  public static func nin(
    batch: Int = 1, channels: Int = 1, side: Int = 224, classes: Int = 10
  ) throws -> [Operation] {
    let blocks: [(channels: Int, window: SlidingWindow)] = [
      (96, try SlidingWindow(kernel: 11, stride: 4)),
      (256, try SlidingWindow(kernel: 5, padding: 2)),
      (384, try SlidingWindow(kernel: 3, padding: 1)),
      (classes, try SlidingWindow(kernel: 3, padding: 1)),
    ]
    var operations: [Operation] = []
    var shape = Shape(batch, channels, side, side)
    for (index, block) in blocks.enumerated() {
      let pointwise = try SlidingWindow(kernel: 1)
      for window in [block.window, pointwise, pointwise] {
        let geometry = try ConvolutionGeometry(input: shape, outputChannels: block.channels, window: window)
        operations.append(.convolution(geometry, activation: nil))
        shape = geometry.outputShape
      }
      guard index < blocks.count - 1 else { continue }
      let pooling = try PoolingGeometry(input: shape, window: SlidingWindow(kernel: 3, stride: 2))
      operations.append(.maxPooling(pooling))
      shape = pooling.outputShape
    }
    let whole = try SlidingWindow(kernel: Extent2D(shape[2], shape[3]))
    let pooling = try PoolingGeometry(input: shape, window: whole)
    return operations + [.averagePooling(pooling, countsPadding: true)]
  }
}
