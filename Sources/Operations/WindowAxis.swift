/// One axis of a window that slides over a plane: its rows, or its columns.
///
/// The tap k of the window at output h meets the input at
///
///     i = stride · h − before + dilation · k
///
/// (the book's section 7.3). An i outside 0 ..< input is in the padding or beyond it.
public struct WindowAxis: Hashable, Sendable {
  /// Extent of the input, without padding.
  public let input: Int
  /// Extent of the output.
  public let output: Int
  /// Taps of the window.
  public let taps: Int
  /// Steps between adjacent windows.
  public let stride: Int
  /// Steps between adjacent taps.
  public let dilation: Int
  /// Padding before the first element.
  public let before: Int
  /// Padding after the last element.
  public let after: Int

  /// The input element that a tap meets.
  @inlinable
  public func input(output: Int, tap: Int) -> Int {
    output * stride - before + tap * dilation
  }

  /// The outputs for which a tap meets the input.
  @inlinable
  public func outputs(tap: Int) -> Range<Int> {
    multiples(of: stride, from: tap * dilation - before, within: 0..<input, count: output)
  }

  /// The outputs for which one tap meets the input, and where.
  public struct Run: Hashable, Sendable {
    /// The outputs.
    public let outputs: Range<Int>
    /// The input element that the tap meets at output 0; it may be in the padding.
    public let start: Int
  }

  /// The runs of all taps.
  public var runs: [Run] {
    (0..<taps).map { Run(outputs: outputs(tap: $0), start: input(output: 0, tap: $0)) }
  }

  /// The taps that meet the input at an output.
  @inlinable
  public func taps(output: Int) -> Range<Int> {
    multiples(of: dilation, from: output * stride - before, within: 0..<input, count: taps)
  }

  /// The taps that meet the input or its padding at an output.
  @inlinable
  public func paddedTaps(output: Int) -> Range<Int> {
    multiples(of: dilation, from: output * stride - before, within: -before..<input + after, count: taps)
  }

  /// The n in 0 ..< count for which start + n · step is within a range.
  @inlinable
  func multiples(of step: Int, from start: Int, within range: Range<Int>, count: Int) -> Range<Int> {
    let first = start >= range.lowerBound ? 0 : (range.lowerBound - start + step - 1) / step
    let end = start < range.upperBound ? min((range.upperBound - start + step - 1) / step, count) : 0
    return first < end ? first..<end : 0..<0
  }
}

extension SlidingWindow {
  /// The axis along which rows follow each other.
  public func rows(from input: Extent2D, to output: Extent2D) -> WindowAxis {
    WindowAxis(
      input: input.height, output: output.height, taps: kernel.height, stride: stride.height,
      dilation: dilation.height, before: padding.top, after: padding.bottom)
  }

  /// The axis along which columns follow each other.
  public func columns(from input: Extent2D, to output: Extent2D) -> WindowAxis {
    WindowAxis(
      input: input.width, output: output.width, taps: kernel.width, stride: stride.width,
      dilation: dilation.width, before: padding.left, after: padding.right)
  }
}

extension ConvolutionGeometry {
  /// The window's rows.
  public var rows: WindowAxis { window.rows(from: input, to: output) }
  /// The window's columns.
  public var columns: WindowAxis { window.columns(from: input, to: output) }
}

extension PoolingGeometry {
  /// The window's rows.
  public var rows: WindowAxis { window.rows(from: input, to: output) }
  /// The window's columns.
  public var columns: WindowAxis { window.columns(from: input, to: output) }
}
