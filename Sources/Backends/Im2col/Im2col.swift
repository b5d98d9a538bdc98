import Operations

/// Rows for the tables of backends on a BLAS: convolutions and dense layers as products of matrices, in float32 on plain
/// layouts.
///
/// A convolution's input is unfolded into a matrix (im2col) tile by tile and multiplied, as Chellapilla, Puri and
/// Simard describe in *High Performance Convolutional Neural Networks for Document Processing* (2006); the unfolded
/// batch never exists as a whole (`PanelTiling`). Each thread of the network's pool multiplies different tiles on its
/// own, since a library's thread pool would compete with it for the same cores.
public enum Im2col {
  /// The owner of the rows.
  static let owner = "im2col"

  /// The reason that these rows cannot compute an operation, in one line; nil if they can, or the operation is not
  /// theirs.
  public static func limitation(of operation: TensorOperation, _ multiplier: any MatrixMultiplier) -> String?
  {
    let extents: [Int]
    switch operation {
    case .convolution(let geometry, _): extents = ConvolutionMatrices.extents(of: geometry)
    case .dense(let geometry): extents = [geometry.batch, geometry.inputFeatures, geometry.outputFeatures]
    default: return nil
    }
    guard let largest = extents.max(), largest > multiplier.maximumExtent else { return nil }
    return
      "the matrices of this \(operation.name) have an extent of more than the \(multiplier.maximumExtent) "
      + "that \(multiplier.name) can index"
  }

  /// Whether an activation can be computed within an operation: in a convolution, while its result is still in cache.
  public static func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    guard case .convolution(_, activation: nil) = operation else { return false }
    return activation == .relu
  }

  /// The row of convolution.
  ///
  /// - Parameter multiplier: Multiplies the matrices.
  /// - Returns: The row of a backend's table.
  public static func convolution(
    _ multiplier: any MatrixMultiplier
  ) -> OperationTable.KernelRow<ConvolutionGeometry, Activation?> {
    .init(owner, "panels × \(multiplier.name)") { request, geometry, activation in
      try request.requirePlainInput()
      return Im2colConvolution(
        geometry, activation: activation, request: request, multiplier: multiplier)
    }
  }

  /// The row of Winograd's algorithm, on plain layouts.
  ///
  /// - Returns: The row of a backend's table.
  public static func winograd() -> OperationTable.KernelRow<ConvolutionGeometry, Activation?> {
    Winograd.convolution { shape, input in Layout(plain: shape, input.elementType) }
  }

  /// The row of dense layers.
  ///
  /// - Parameter multiplier: Multiplies the matrices.
  /// - Returns: The row of a backend's table.
  public static func dense(
    _ multiplier: any MatrixMultiplier
  ) -> OperationTable.KernelRow<DenseGeometry> {
    .init(owner, "\(multiplier.name)") { request, geometry in
      try request.requirePlainInput()
      return DenseKernel(geometry, request: request, multiplier: multiplier)
    }
  }
}
