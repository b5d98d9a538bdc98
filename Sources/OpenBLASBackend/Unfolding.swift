#if OpenBLAS
  import Operations

  /// Which input element stands at each row and pixel of an unfolded input.
  ///
  /// Row r is tap r mod kH·kW of input channel r / (kH·kW); pixel p is output row p / W′ and column p mod W′.
  struct Unfolding {
    /// Height and width of the input.
    let input: Extent2D
    /// Height and width of the output.
    let output: Extent2D
    /// How the kernel moves.
    let window: SlidingWindow
    /// Whether neighbouring pixels are neighbours in the input too, across the ends of rows as well: then a row
    /// is one run of the input, but for the columns that lie in the padding.
    let keepsRuns: Bool

    /// Reads the sizes of a convolution.
    init(_ geometry: ConvolutionGeometry) {
      input = geometry.input
      output = geometry.output
      window = geometry.window
      keepsRuns = window.stride == 1 && input.width == output.width
    }

    /// One row of an unfolded input.
    struct Row {
      /// The input channel, within its group.
      let channel: Int
      /// The input row at output row 0; it may lie in the padding.
      let top: Int
      /// The input column at output column 0; it may lie in the padding.
      let left: Int
      /// The output rows whose input row exists.
      let validRows: Range<Int>
      /// The output columns whose input column exists.
      let validColumns: Range<Int>
    }

    /// Describes one row.
    func row(_ index: Int) -> Row {
      let (channel, tap) = index.quotientAndRemainder(dividingBy: window.kernel.area)
      let (tapRow, tapColumn) = tap.quotientAndRemainder(dividingBy: window.kernel.width)
      let top = tapRow * window.dilation.height - window.padding.top
      let left = tapColumn * window.dilation.width - window.padding.left
      return Row(
        channel: channel, top: top, left: left,
        validRows: Self.valid(
          from: top, stride: window.stride.height, input: input.height, output: output.height),
        validColumns: Self.valid(
          from: left, stride: window.stride.width, input: input.width, output: output.width))
    }

    /// The outputs o with 0 ≤ start + o·stride < input.
    private static func valid(from start: Int, stride: Int, input: Int, output: Int) -> Range<Int> {
      let first = start >= 0 ? 0 : (stride - 1 - start) / stride
      let end = start >= input ? 0 : (input - 1 - start) / stride + 1
      let clampedEnd = min(end, output)
      return min(first, clampedEnd)..<clampedEnd
    }

    /// The pixels of a run, if rows are runs of the input, whose input elements lie in the row's plane.
    ///
    /// Among them are still those of the columns in the padding; see ``forEachPaddedRun(of:in:_:)``.
    func run(of row: Row, in pixels: Range<Int>) -> Range<Int> {
      let shift = self.shift(of: row)
      let first = max(row.validRows.lowerBound * output.width, -shift, pixels.lowerBound)
      let end = min(row.validRows.upperBound * output.width, input.area - shift, pixels.upperBound)
      return first < end ? first..<end : pixels.lowerBound..<pixels.lowerBound
    }

    /// The distance from a pixel to its input element, if rows are runs of the input.
    func shift(of row: Row) -> Int {
      row.top * input.width + row.left
    }

    /// Calls a function for each run of a run's pixels whose input column lies in the padding.
    @inline(__always)
    func forEachPaddedRun(of row: Row, in run: Range<Int>, _ body: (Range<Int>) -> Void) {
      let width = output.width
      guard row.validColumns != 0..<width, !run.isEmpty else { return }
      for line in run.lowerBound / width...(run.upperBound - 1) / width {
        let start = line * width
        let leading = start..<start + row.validColumns.lowerBound
        let trailing = start + row.validColumns.upperBound..<start + width
        body(leading.clamped(to: run))
        body(trailing.clamped(to: run))
      }
    }

    /// Calls a function for each piece of an output row among some pixels.
    @inline(__always)
    func forEachLine(of pixels: Range<Int>, _ body: (_ line: Int, _ columns: Range<Int>) -> Void) {
      let width = output.width
      for line in pixels.lowerBound / width...(pixels.upperBound - 1) / width {
        let start = line * width
        body(line, max(pixels.lowerBound - start, 0)..<min(pixels.upperBound - start, width))
      }
    }
  }
#endif
