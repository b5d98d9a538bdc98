import Operations
import Tensors
import Testing

/// Output sizes against windows that are counted one by one.
@Suite("Geometries")
struct GeometryTests {
  /// One axis of a window over a plane.
  private struct Case: Hashable {
    var extent: Int
    var kernel: Int
    var stride: Int
    var before: Int
    var after: Int
    var dilation: Int

    /// The windows' first positions, slid from the start of the padding as long as they fit; with `roundsUp` one more
    /// if something is left over, unless it starts behind the input.
    func starts(roundsUp: Bool) -> [Int] {
      let span = (0..<kernel).map { $0 * dilation }.max().map { $0 + 1 } ?? 0
      var starts: [Int] = []
      var start = -before
      while start + span <= extent + after {
        starts.append(start)
        start += stride
      }
      guard roundsUp, let last = starts.last else { return starts }
      if last + span < extent + after { starts.append(last + stride) }
      if let last = starts.last, last >= extent { starts.removeLast() }
      return starts
    }

    /// The positions in the input, without padding, of the window that starts at a position.
    func positions(from start: Int) -> [Int] {
      (0..<kernel).map { start + $0 * dilation }.filter { (0..<extent).contains($0) }
    }

    /// A window with this axis as its rows and another as its columns.
    func window(columns: Case) throws -> SlidingWindow {
      try SlidingWindow(
        kernel: Extent2D(kernel, columns.kernel), stride: Extent2D(stride, columns.stride),
        padding: Padding(top: before, bottom: after, left: columns.before, right: columns.after),
        dilation: Extent2D(dilation, columns.dilation))
    }
  }

  private static let cases: [Case] = (1...6).flatMap { extent in
    (1...4).flatMap { kernel in
      (1...3).flatMap { stride in
        (0...2).flatMap { before in
          (0...2).flatMap { after in
            (1...3).map { dilation in
              Case(
                extent: extent, kernel: kernel, stride: stride, before: before, after: after,
                dilation: dilation)
            }
          }
        }
      }
    }
  }

  /// Each case as rows, with another as columns.
  private static var pairs: Zip2Sequence<[Case], [Case]> {
    zip(cases, Array(cases[700...]) + cases[..<700])
  }

  @Test("the number of a window's outputs is the counted one", arguments: [false, true])
  func slidingWindow(roundsUp: Bool) throws {
    for (rows, columns) in Self.pairs {
      let window = try rows.window(columns: columns)
      let input = Extent2D(rows.extent, columns.extent)
      let expected = Extent2D(
        rows.starts(roundsUp: roundsUp).count, columns.starts(roundsUp: roundsUp).count)
      if rows.starts(roundsUp: false).isEmpty || columns.starts(roundsUp: false).isEmpty {
        #expect(throws: GeometryError.self) { try window.output(over: input, roundsUp: roundsUp) }
      } else {
        #expect(try window.output(over: input, roundsUp: roundsUp) == expected, "\(rows), \(columns)")
      }
    }
  }

  @Test("a convolution's shapes and products are the counted ones")
  func convolution() throws {
    for (rows, columns) in Self.pairs {
      let (heights, widths) = (rows.starts(roundsUp: false), columns.starts(roundsUp: false))
      func geometry() throws -> ConvolutionGeometry {
        try ConvolutionGeometry(
          input: [2, 6, rows.extent, columns.extent], outputChannels: 4,
          window: rows.window(columns: columns), groups: 2)
      }
      guard !heights.isEmpty, !widths.isEmpty else {
        #expect(throws: GeometryError.self) { try geometry() }
        continue
      }
      let convolution = try geometry()
      #expect(convolution.outputShape == [2, 4, heights.count, widths.count])
      #expect(convolution.weightShape == [4, 3, rows.kernel, columns.kernel])
      // Each output is a sum over the taps of three channels, those in the padding included.
      var products = 0
      for _ in 0..<2 * 4 {
        for _ in heights { for _ in widths { products += 3 * rows.kernel * columns.kernel } }
      }
      #expect(convolution.multiplyAccumulates == products)
    }
  }

  @Test("a pooling is rejected if a window has no element, and only then", arguments: [false, true])
  func pooling(roundsUp: Bool) throws {
    for (rows, columns) in Self.pairs {
      func geometry() throws -> PoolingGeometry {
        try PoolingGeometry(
          input: [2, 3, rows.extent, columns.extent], window: rows.window(columns: columns),
          roundsUp: roundsUp)
      }
      let heights = rows.starts(roundsUp: roundsUp)
      let widths = columns.starts(roundsUp: roundsUp)
      let isFilled =
        heights.allSatisfy { !rows.positions(from: $0).isEmpty }
        && widths.allSatisfy { !columns.positions(from: $0).isEmpty }
      if !heights.isEmpty && !widths.isEmpty && isFilled {
        #expect(try geometry().outputShape == [2, 3, heights.count, widths.count], "\(rows), \(columns)")
      } else {
        #expect(throws: GeometryError.self, "\(rows), \(columns)") { try geometry() }
      }
    }
  }

  @Test("an unsuitable input, window or argument has a case of its own")
  func causes() throws {
    let attempts: [() throws -> Void] = [
      { _ = try ImageExtents([2, 3]) },
      { _ = try SlidingWindow(kernel: 3).output(over: Extent2D(2, 4)) },
      { _ = try SlidingWindow(kernel: 3, stride: 0) },
      { _ = try ImageExtents([1, 1, 1 << 24, 1 << 24]) },
    ]
    for (index, attempt) in attempts.enumerated() {
      let error = try #require(throws: GeometryError.self) { try attempt() }
      switch (index, error) {
      case (0, .unsuitableInput([2, 3], _)), (1, .windowDoesNotFit(Extent2D(2, 4), _)),
        (2, .invalidArgument("stride", _)), (3, .tooLarge):
        break
      default: Issue.record("\(error)")
      }
    }
  }
}
