import NetworkInNetwork

/// What one pass of one operation has to do, whoever does it.
struct Cost: Equatable {
  /// A multiply-add counts as two, those with padding are counted; operations without products count none.
  let operations: Int
  /// The compulsory traffic: every tensor read or written once, parameters once in a step.
  let bytes: Int

  /// Counts a pass over some images.
  ///
  /// - Parameters:
  ///   - pass: The pass.
  ///   - operation: What is computed, for any number of images.
  ///   - images: For how many images it is counted.
  ///   - precision: The numbers' type.
  init(_ pass: LayerPass, of operation: Operation, images: Int, precision: Precision = .float32) {
    let perImage = { (count: Int) in count / max(operation.inputShape[0], 1) * images }
    let activation = precision.activationType.byteCount
    let input = perImage(operation.inputShape.elementCount) * activation
    let output = perImage(operation.outputShape.elementCount) * activation
    let parameters = operation.parameters.reduce(0) { $0 + $1.shape.elementCount }
    let products = 2 * perImage(operation.multiplyAccumulates)
    switch pass {
    case .forward, .inputGradient:
      operations = products
      bytes = input + output + parameters * activation
    case .weightGradient:
      operations = products
      bytes = input + output + parameters * precision.parameterType.byteCount
    case .activationGradient:
      operations = 0
      bytes = 3 * output
    }
  }
}
