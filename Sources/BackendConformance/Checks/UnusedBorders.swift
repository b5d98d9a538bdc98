import Operations
import Tensors

extension Conformance {
  /// An element that no window covers has no influence on the output, so its gradient is exactly 0, whatever the
  /// numbers and whatever the memory held before.
  func checkUnusedBorders(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 6)
    for index in steps(size.shapes, of: .unusedBorders) {
      let feature: ShapeFeature = index.isMultiple(of: 2) ? .leftovers : .strideBeyondKernel
      let operations = [
        shapes.convolution(with: feature), shapes.maxPooling(with: feature),
        shapes.averagePooling(with: feature),
      ]
      for operation in operations {
        for precision in precisions {
          let arrival: KernelCase.Arrival = index.isMultiple(of: 3) ? .plain : .fromConvolution
          let trial = Trial(
            operation: operation, precision: precision, arrival: arrival, seed: seed, index: index)
          examine(trial, &report, compareBorders)
        }
      }
    }
  }

  private func compareBorders(_ trial: Trial, _ report: inout CheckReport) throws {
    guard let plane = SlidPlane(trial.operation),
      let outcome = outcome(trial.normals(), trial, &report),
      let gradient = outcome.tensors.first(where: { $0.role == .inputGradient })
    else { return }
    // Covered elements are compared with themselves; all others have to be 0.
    let elements = gradient.values.elements.enumerated().map { position, element in
      plane.isCovered[position % plane.isCovered.count] ? element : 0
    }
    expectEqual(gradient, Tensor(shape: gradient.values.shape, elements: elements), trial, &report)
  }
}

/// The elements of a plane that an operation's window covers.
private struct SlidPlane {
  let isCovered: [Bool]

  init?(_ operation: TensorOperation) {
    switch operation {
    case .convolution(let geometry, _):
      self.init(geometry.input, geometry.output, geometry.window)
    case .maxPooling(let geometry), .averagePooling(let geometry, _):
      self.init(geometry.input, geometry.output, geometry.window)
    case .dense, .batchNormalization, .relu, .sigmoid, .dropout, .flatten, .softmax: return nil
    }
  }

  private init(_ input: Extent2D, _ output: Extent2D, _ window: SlidingWindow) {
    let rows = Self.covered(
      input.height, output.height, window.kernel.height, window.stride.height, window.dilation.height,
      before: window.padding.top)
    let columns = Self.covered(
      input.width, output.width, window.kernel.width, window.stride.width, window.dilation.width,
      before: window.padding.left)
    isCovered = rows.flatMap { row in columns.map { row && $0 } }
  }

  private static func covered(
    _ input: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, before: Int
  ) -> [Bool] {
    var isCovered = Array(repeating: false, count: input)
    for index in 0..<output {
      for tap in 0..<kernel where isCovered.indices.contains(index * stride - before + tap * dilation) {
        isCovered[index * stride - before + tap * dilation] = true
      }
    }
    return isCovered
  }
}
