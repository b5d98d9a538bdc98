import Backends
import Operations
import Tensors

/// Average pooling (the book's section 7.5).
///
/// With T(h, w) the elements (i, j) of the input that the window at (h, w) covers, without padding:
///
///     Y[n,c,h,w]   = 1 / D(h, w) · Σ over (i, j) in T(h, w) of X[n,c,i,j]
///     ∂X[n,c,i,j]  = Σ ∂Y[n,c,h,w] / D(h, w) over the windows (h, w) that cover (i, j)
///
/// As in PyTorch, D(h, w) is the number of elements in T(h, w); if padding counts as zeros, it is the number of the
/// window's taps on the padded input, so the part of a last window beyond it never counts.
struct AveragePooling: Equations {
  let requirements: KernelRequirements
  private let geometry: PoolingGeometry
  private let countsPadding: Bool
  private let rows: WindowAxis
  private let columns: WindowAxis

  init(_ geometry: PoolingGeometry, countsPadding: Bool, request: KernelRequest) {
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, request.precision.activationType), implementation: "loops")
    self.geometry = geometry
    self.countsPadding = countsPadding
    rows = geometry.rows
    columns = geometry.columns
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    loops.add(over: geometry.batch * geometry.channels) { plane in
      let x = memory.input + plane * geometry.input.area
      let y = memory.output + plane * geometry.output.area
      forEachWindow { window in
        var sum: Scalar = 0
        forEachElement(window) { sum += x[$0] }
        y[window.h * columns.output + window.w] = sum / Scalar(window.divisor)
      }
    }
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    loops.add(over: geometry.batch * geometry.channels) { plane in
      let dx = dX + plane * geometry.input.area
      let dy = dY + plane * geometry.output.area
      dx.update(repeating: 0, count: geometry.input.area)
      forEachWindow { window in
        let share = dy[window.h * columns.output + window.w] / Scalar(window.divisor)
        forEachElement(window) { dx[$0] += share }
      }
    }
  }

  /// The window at (h, w), with D(h, w) and the taps on the input.
  private struct Window {
    let h: Int
    let w: Int
    let rowTaps: Range<Int>
    let columnTaps: Range<Int>
    let divisor: Int
  }

  /// Calls a function for each window, in row-major order.
  @inline(__always)
  private func forEachWindow(_ body: (Window) -> Void) {
    for h in 0..<rows.output {
      let rowTaps = rows.taps(output: h)
      let countedRows = countsPadding ? rows.paddedTaps(output: h) : rowTaps
      for w in 0..<columns.output {
        let columnTaps = columns.taps(output: w)
        let countedColumns = countsPadding ? columns.paddedTaps(output: w) : columnTaps
        // A window that covers nothing has the mean 0.
        let divisor = max(countedRows.count * countedColumns.count, 1)
        body(Window(h: h, w: w, rowTaps: rowTaps, columnTaps: columnTaps, divisor: divisor))
      }
    }
  }

  /// Calls a function for each element of T(h, w), in row-major order.
  @inline(__always)
  private func forEachElement(_ window: Window, _ body: (Int) -> Void) {
    for k in window.rowTaps {
      let row = rows.input(output: window.h, tap: k) * columns.input
      for l in window.columnTaps { body(row + columns.input(output: window.w, tap: l)) }
    }
  }
}
