import Backends
import Operations

/// The work of one pass of one operation, independent of the implementation.
package struct PassCost: Equatable, Sendable {
  /// Arithmetic operations, two per multiply-add, those with padding included; 0 for operations without products.
  package let operations: Int
  /// The operations without the taps on padding.
  package let unpaddedOperations: Int
  /// The compulsory traffic: every tensor read or written once, parameters once per step.
  package let bytes: Int

  /// Counts a pass over some images.
  ///
  /// - Parameters:
  ///   - pass: The pass.
  ///   - operation: The operation, for any number of images.
  ///   - images: The number of images.
  ///   - precision: The precision.
  package init(_ pass: LayerPass, of operation: TensorOperation, images: Int, precision: Precision = .float32)
  {
    let perImage = { (count: Int) in count / max(operation.inputShape[0], 1) * images }
    let activation = precision.activationType.byteCount
    let input = perImage(operation.inputShape.elementCount) * activation
    let output = perImage(operation.outputShape.elementCount) * activation
    let parameters = operation.parameters.reduce(0) { $0 + $1.shape.elementCount }
    let products = 2 * perImage(operation.multiplyAccumulates)
    let unpadded = 2 * perImage(operation.unpaddedMultiplyAccumulates)
    switch pass {
    case .forward, .inputGradient:
      operations = products
      unpaddedOperations = unpadded
      let alsoRead = pass == .inputGradient && operation.readsThreeTensorsBackward ? output : 0
      bytes = input + output + alsoRead + parameters * activation
    case .weightGradient:
      operations = products
      unpaddedOperations = unpadded
      bytes = input + output + parameters * precision.parameterType.byteCount
    case .activationGradient:
      operations = 0
      unpaddedOperations = 0
      bytes = 3 * output
    }
  }
}

extension TensorOperation {
  /// Whether the input's gradient depends on the input or the output besides the output's gradient.
  fileprivate var readsThreeTensorsBackward: Bool {
    switch self {
    case .batchNormalization, .relu, .sigmoid, .softmax: true
    case .convolution, .dense, .maxPooling, .averagePooling, .dropout, .flatten: false
    }
  }

  /// The multiply-adds with numbers of the input, not of its padding.
  ///
  /// Backward passes have the same number: the gradient of the padding is not needed, and padding adds nothing to the
  /// weight's gradient.
  fileprivate var unpaddedMultiplyAccumulates: Int {
    guard case .convolution(let geometry, _) = self else { return multiplyAccumulates }
    func meetings(_ axis: WindowAxis) -> Int { axis.runs.reduce(0) { $0 + $1.outputs.count } }
    return geometry.batch * geometry.outputChannels * geometry.inputChannelsPerGroup
      * meetings(geometry.rows) * meetings(geometry.columns)
  }
}
