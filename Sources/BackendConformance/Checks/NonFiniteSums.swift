import Backends
import Operations
import Tensors

extension Conformance {
  /// NaN, infinities and denormals in the input of operations that sum.
  ///
  /// They affect the sums that contain them, and nothing else; with Winograd's algorithm they may also affect other
  /// elements of the same tile. With padding, parameters and the output's gradient are finite; otherwise it would
  /// matter whether padding is skipped or multiplied by zero.
  func checkNonFiniteSums(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 7)
    for index in steps(size.shapes, of: .nonFiniteSums) {
      let feature = ShapeFeature.inTurn(index)
      let convolution = shapes.convolution(with: feature)
      var operations = [
        convolution, shapes.tiledConvolution(), shapes.dense(), shapes.averagePooling(with: feature),
      ]
      if case .convolution(let geometry, _) = convolution, backend.canFuse(.relu, into: convolution) {
        operations.append(.convolution(geometry, activation: .relu))
      }
      for operation in operations {
        // Not in bfloat16: its instructions multiply pairs, whose other half may be a neighbor times 0, and treat
        // denormals as 0.
        let trial = Trial(operation: operation, seed: seed, index: index)
        examine(trial, &report, compareNonFinite)
        if operation.isUnpadded { examine(trial, &report, compareNonFiniteGradient) }
        if case .averagePooling = operation { continue }
        examine(trial, &report, compareDenormals)
      }
    }
  }

  private func compareNonFinite(_ trial: Trial, _ report: inout CheckReport) throws {
    var kernelCase = trial.integers(run: 0)
    let count = kernelCase.input.elements.count
    for (number, position) in zip([Double.nan, .infinity, -.infinity], [0, count / 2, count - 1]) {
      kernelCase.input.elements[position] = number
    }
    // ∞ · 0 is NaN if multiplied, but an implementation may skip zeros.
    kernelCase.parameters = kernelCase.parameters.map { $0.map { $0 == 0 ? 1 : $0 } }
    kernelCase.outputGradient = kernelCase.outputGradient.map { $0 == 0 ? 1 : $0 }
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try reference.run(kernelCase.inDouble)
    try expectSameKinds(actual, expected, kernelCase, trial, &report)
  }

  /// Compares non-finite numbers in the output's gradient and in the weight.
  private func compareNonFiniteGradient(_ trial: Trial, _ report: inout CheckReport) throws {
    var kernelCase = trial.integers(run: 0)
    func nonzero(_ tensor: Tensor<Double>) -> Tensor<Double> { tensor.map { $0 == 0 ? 1 : $0 } }
    kernelCase.input = nonzero(kernelCase.input)
    kernelCase.parameters = kernelCase.parameters.map(nonzero)
    kernelCase.outputGradient = nonzero(kernelCase.outputGradient)
    let last = kernelCase.outputGradient.elements.count - 1
    kernelCase.outputGradient.elements[0] = .nan
    kernelCase.outputGradient.elements[last] = .infinity
    var withWeight = kernelCase
    withWeight.parameters[0].elements[0] = .nan
    for kernelCase in [kernelCase, withWeight] {
      guard let actual = outcome(kernelCase, trial, &report) else { return }
      let expected = try reference.run(kernelCase.inDouble)
      try expectSameKinds(actual, expected, kernelCase, trial, &report)
    }
  }

  private func expectSameKinds(
    _ actual: KernelOutcome, _ expected: KernelOutcome, _ kernelCase: KernelCase, _ trial: Trial,
    _ report: inout CheckReport
  ) throws {
    guard actual.algorithm == .winograd else {
      for (actual, expected) in zip(actual.tensors, expected.tensors) {
        expectSameKind(actual, expected.values, trial, &report)
      }
      return
    }
    // ReLU turns -∞ into 0, but keeps the NaN that it may have become.
    let sums = try reference.run(kernelCase.inDouble.withoutActivation)
    for (actual, (expected, sum)) in zip(actual.tensors, zip(expected.tensors, sums.tensors)) {
      expectSpreadWithinTiles(
        actual, expected.values, of: actual.role == .output ? sum.values : expected.values, trial, &report)
    }
  }

  /// Compares which numbers are finite; a non-finite one may have become NaN, or made other elements of its tile NaN.
  private func expectSpreadWithinTiles(
    _ actual: ComputedTensor, _ expected: Tensor<Double>, of sums: Tensor<Double>, _ trial: Trial,
    _ report: inout CheckReport
  ) {
    let tiles = TiledPlanes(expected.shape, role: actual.role)
    let reached = Set(sums.elements.indices.filter { !sums.elements[$0].isFinite }.map(tiles.tile))
    let kinds = kinds(actual)
    var allowed = expected.map(kind)
    for position in allowed.elements.indices where reached.contains(tiles.tile(of: position)) {
      if kinds.values.elements[position].isNaN { allowed.elements[position] = .nan }
    }
    expectEqual(kinds, allowed, trial, &report)
  }

  /// Compares NaN and infinities; finite numbers are covered by other checks.
  private func expectSameKind(
    _ actual: ComputedTensor, _ expected: Tensor<Double>, _ trial: Trial, _ report: inout CheckReport
  ) {
    expectEqual(kinds(actual), expected.map(kind), trial, &report)
  }

  /// NaN and infinities as they are, and 1 for every other number.
  private func kind(_ number: Double) -> Double { number.isFinite ? 1 : number }

  private func kinds(_ tensor: ComputedTensor) -> ComputedTensor {
    ComputedTensor(role: tensor.role, values: tensor.values.map(kind), elementType: tensor.elementType)
  }

  /// Integers times the smallest number above 0: every sum is a denormal, and exact.
  ///
  /// If the input is not denormal, the weight's gradient is.
  private func compareDenormals(_ trial: Trial, _ report: inout CheckReport) throws {
    try compareDenormals(trial, inputScale: 0x1p-149, &report)
    try compareDenormals(trial, inputScale: 1, &report)
  }

  private func compareDenormals(_ trial: Trial, inputScale: Double, _ report: inout CheckReport) throws {
    var kernelCase = trial.integers(run: 0)
    kernelCase.input = kernelCase.input.map { $0 * inputScale }
    kernelCase.outputGradient = kernelCase.outputGradient.map { $0 * 0x1p-149 }
    if kernelCase.parameters.count > 1 {
      kernelCase.parameters[1] = kernelCase.parameters[1].map { $0 * inputScale }
    }
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    // A denormal times a fraction keeps only some bits.
    guard actual.algorithm?.relativeError == nil else { return }
    let expected = try reference.run(kernelCase.inDouble)
    for (actual, expected) in zip(actual.tensors, expected.tensors)
    where actual.role != .weightGradient || inputScale == 1 {
      expectEqual(actual, expected.values, trial, &report)
    }
  }
}

extension KernelCase {
  /// The same case without its fused activation.
  fileprivate var withoutActivation: KernelCase {
    guard case .convolution(let geometry, _) = operation else { return self }
    var plain = self
    plain.operation = .convolution(geometry, activation: nil)
    return plain
  }
}

extension TensorOperation {
  /// Whether it sums over a plane without padding, or over features.
  fileprivate var isUnpadded: Bool {
    switch self {
    case .convolution(let geometry, _): geometry.window.padding == .zero
    case .dense: true
    default: false
    }
  }
}

/// The tiles of a convolution by Winograd's algorithm: 4×4 elements of an image plane, or a whole kernel of a weight.
private struct TiledPlanes {
  private let height: Int
  private let width: Int
  private let tileHeight: Int
  private let tileWidth: Int

  init(_ shape: Shape, role: ComputedTensor.Role) {
    let isImages = shape.rank == 4 && (role == .output || role == .inputGradient)
    (height, width) = shape.rank == 4 ? (shape[2], shape[3]) : (1, 1)
    (tileHeight, tileWidth) = isImages ? (4, 4) : (height, width)
  }

  /// The number of the tile that an element belongs to.
  func tile(of element: Int) -> Int {
    let (plane, pixel) = element.quotientAndRemainder(dividingBy: height * width)
    let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
    return (plane * height + row / tileHeight) * width + column / tileWidth
  }
}
