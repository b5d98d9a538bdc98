import Backends
import Operations
import Tensors

/// Maximum pooling (the book's section 7.5).
///
/// With T(h, w) the elements (i, j) of the input that the window at (h, w) covers, without padding:
///
///     Y[n,c,h,w]   = max over (i, j) in T(h, w) of X[n,c,i,j]
///     ∂X[n,c,i,j]  = Σ ∂Y[n,c,h,w] over the windows (h, w) whose maximum was taken at (i, j)
///
/// As in PyTorch, with ties the first maximum in row-major order counts, and NaN wins over every number, with several
/// the last. The index of each maximum is kept for the backward pass.
struct MaxPooling: Equations {
  let requirements: KernelRequirements
  private let geometry: PoolingGeometry
  private let rows: WindowAxis
  private let columns: WindowAxis
  private let savesIndices: Bool

  init(_ geometry: PoolingGeometry, request: KernelRequest) {
    let indexByteCount = geometry.outputShape.elementCount * MemoryLayout<Int32>.stride
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, request.precision.activationType),
      savedByteCount: request.isTraining ? indexByteCount : 0, implementation: "loops")
    self.geometry = geometry
    savesIndices = request.isTraining
    rows = geometry.rows
    columns = geometry.columns
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    let indices = memory.saved.assumingMemoryBound(to: Int32.self)
    loops.add(over: geometry.batch * geometry.channels) { plane in
      let x = memory.input + plane * geometry.input.area
      for h in 0..<geometry.output.height {
        for w in 0..<geometry.output.width {
          let element = (plane * geometry.output.height + h) * geometry.output.width + w
          let (value, index) = maximum(of: x, h, w)
          memory.output[element] = value
          if savesIndices { indices[element] = index }
        }
      }
    }
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    let indices = memory.saved.assumingMemoryBound(to: Int32.self)
    loops.add(over: geometry.batch * geometry.channels) { plane in
      let dx = dX + plane * geometry.input.area
      dx.update(repeating: 0, count: geometry.input.area)
      let first = plane * geometry.output.area
      for element in first..<first + geometry.output.area where indices[element] != nowhere {
        dx[Int(indices[element])] += dY[element]
      }
    }
  }

  /// The maximum of the window at (h, w), and its index in the plane.
  @inline(__always)
  private func maximum<Scalar: LoopScalar>(of x: UnsafePointer<Scalar>, _ h: Int, _ w: Int) -> (
    value: Scalar, index: Int32
  ) {
    let validRows = rows.taps(output: h)
    let validColumns = columns.taps(output: w)
    guard !validRows.isEmpty, !validColumns.isEmpty else { return (-.infinity, nowhere) }
    var value = -Scalar.infinity
    var index =
      rows.input(output: h, tap: validRows.lowerBound) * columns.input
      + columns.input(output: w, tap: validColumns.lowerBound)
    for k in validRows {
      let row = rows.input(output: h, tap: k) * columns.input
      for l in validColumns {
        let candidate = row + columns.input(output: w, tap: l)
        if x[candidate] > value || x[candidate].isNaN {
          value = x[candidate]
          index = candidate
        }
      }
    }
    return (value, Int32(truncatingIfNeeded: index))
  }
}

/// The index for a window that covers no element, which is possible with dilation.
private let nowhere: Int32 = -1
