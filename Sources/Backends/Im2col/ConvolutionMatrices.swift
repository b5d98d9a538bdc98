import Operations

/// A convolution read as products of matrices, one for each image and group.
///
/// With K = (C/groups)·kH·kW rows and P = H′·W′ pixels, the unfolded input U is K×P (``Unfolding``), and
///
///     Y = W·U        (O/groups)×P
///     dU = Wᵀ·dY     K×P, folded back into dX
///     dW = Σ dY·Uᵀ   (O/groups)×K, over the images
struct ConvolutionMatrices {
  /// Images.
  let batch: Int
  /// Groups of channels.
  let groups: Int
  /// Input channels of a group.
  let inputs: Int
  /// Output channels of a group.
  let outputs: Int
  /// K.
  let rows: Int
  /// P.
  let pixels: Int
  /// The unfolding of the input.
  let unfolding: Unfolding
  /// Whether the unfolded input is the input itself: a 1×1 window with stride 1 and no padding.
  let isDirect: Bool

  /// Reads a convolution as products of matrices.
  init(_ geometry: ConvolutionGeometry) {
    let window = geometry.window
    batch = geometry.batch
    groups = geometry.groups
    inputs = geometry.inputChannelsPerGroup
    outputs = geometry.outputChannelsPerGroup
    rows = inputs * window.kernel.area
    pixels = geometry.output.area
    unfolding = Unfolding(geometry)
    isDirect = window.kernel == 1 && window.stride == 1 && window.padding == .zero
  }

  /// The matrices' extents; `Int.max` for one that is too large to count.
  static func extents(of geometry: ConvolutionGeometry) -> [Int] {
    func product(_ factors: Int...) -> Int {
      factors.reduce(1) { total, factor in
        let (product, overflow) = total.multipliedReportingOverflow(by: factor)
        return overflow ? Int.max : product
      }
    }
    let kernel = geometry.window.kernel
    return [
      geometry.outputChannels,
      product(geometry.inputChannelsPerGroup, kernel.height, kernel.width),
      product(geometry.input.height, geometry.input.width),
      product(geometry.output.height, geometry.output.width),
    ]
  }

  /// The offset of the planes of an image and group in the input.
  func inputOffset(image: Int, group: Int) -> Int {
    (image * groups + group) * inputs * unfolding.input.area
  }

  /// The offset of the planes of an image and group in the output.
  func outputOffset(image: Int, group: Int) -> Int {
    (image * groups + group) * outputs * pixels
  }

  /// The offset of the rows of a group in the weight.
  func weightOffset(group: Int) -> Int {
    group * outputs * rows
  }
}
