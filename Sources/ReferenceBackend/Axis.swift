import Operations

/// One axis of a window that slides over a plane: rows, or columns.
///
/// The tap `k` of the window at output `j` lies on the input at
///
///     i = stride · j − before + dilation · k
struct Axis {
  /// Extent of the input, without padding.
  let input: Int
  /// Extent of the output.
  let output: Int
  /// Taps of the window.
  let taps: Int
  let stride: Int
  /// Padding before the first and after the last element.
  let before: Int
  let after: Int
  let dilation: Int

  /// The axis along which rows follow each other.
  static func rows(_ window: SlidingWindow, from input: Extent2D, to output: Extent2D) -> Axis {
    Axis(
      input: input.height, output: output.height, taps: window.kernel.height, stride: window.stride.height,
      before: window.padding.top, after: window.padding.bottom, dilation: window.dilation.height)
  }

  /// The axis along which columns follow each other.
  static func columns(_ window: SlidingWindow, from input: Extent2D, to output: Extent2D) -> Axis {
    Axis(
      input: input.width, output: output.width, taps: window.kernel.width, stride: window.stride.width,
      before: window.padding.left, after: window.padding.right, dilation: window.dilation.width)
  }

  /// Where on the input a tap lies; outside 0 ..< input it lies in the padding or beyond.
  @inline(__always)
  func position(output: Int, tap: Int) -> Int {
    output * stride - before + tap * dilation
  }

  /// The outputs for which a tap lies on the input.
  @inline(__always)
  func outputs(tap: Int) -> Range<Int> {
    let offset = tap * dilation - before
    let first = offset >= 0 ? 0 : (stride - 1 - offset) / stride
    let end = input > offset ? min((input - offset + stride - 1) / stride, output) : 0
    return first < end ? first..<end : 0..<0
  }

  /// The taps of one output that lie on the input.
  @inline(__always)
  func validTaps(output: Int) -> Range<Int> {
    taps(output: output, from: 0, below: input)
  }

  /// The taps of one output that lie on the input or its padding.
  @inline(__always)
  func paddedTaps(output: Int) -> Range<Int> {
    taps(output: output, from: -before, below: input + after)
  }

  @inline(__always)
  private func taps(output: Int, from start: Int, below limit: Int) -> Range<Int> {
    let offset = output * stride - before
    let first = offset >= start ? 0 : (start - offset + dilation - 1) / dilation
    let end = limit > offset ? min((limit - offset + dilation - 1) / dilation, taps) : 0
    return first < end ? first..<end : 0..<0
  }
}
