/// The movement of a window over a plane, in convolutions and poolings.
///
/// Along each axis the window's first tap is at `output · stride − padding` and its taps are `dilation` apart: the
/// book's equations of the section *Padding and Stride*.
public struct SlidingWindow: Hashable, Sendable, Codable {
  /// Taps of the window.
  public let kernel: Extent2D
  /// Steps between adjacent windows.
  public let stride: Extent2D
  /// Rows and columns added around the input.
  public let padding: Padding
  /// Steps between adjacent taps.
  public let dilation: Extent2D

  /// Creates a window.
  ///
  /// - Throws: ``GeometryError`` if an extent is not positive, a padding is negative, or a number is so large
  ///   that sizes could not be counted.
  public init(kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0, dilation: Extent2D = 1) throws {
    let limit = 1 << 24
    for (name, extent) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
      guard (1...limit).contains(extent.height), (1...limit).contains(extent.width) else {
        throw GeometryError.invalidArgument(
          name: name, reason: "the \(name) is \(extent); height and width must be between 1 and \(limit)")
      }
    }
    for side in [padding.top, padding.bottom, padding.left, padding.right] {
      guard (0...limit).contains(side) else {
        throw GeometryError.invalidArgument(
          name: "padding", reason: "the padding is \(padding); each side must be between 0 and \(limit)")
      }
    }
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// The rows and columns from the first tap to the last, both included.
  public var span: Extent2D {
    Extent2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
  }

  /// The number of windows that fit on a plane.
  ///
  /// - Parameters:
  ///   - input: The plane, without padding.
  ///   - roundsUp: Whether a last window that extends beyond the padded plane counts, provided that it starts inside
  ///     the input or the padding before it (PyTorch's `ceil_mode`).
  /// - Returns: The number of windows, along each axis.
  /// - Throws: ``GeometryError`` if none fits.
  public func output(over input: Extent2D, roundsUp: Bool = false) throws -> Extent2D {
    func count(_ extent: Int, _ before: Int, _ after: Int, _ span: Int, _ stride: Int) -> Int? {
      let room = extent + before + after - span
      guard extent > 0, room >= 0 else { return nil }
      guard roundsUp else { return room / stride + 1 }
      let rounded = (room + stride - 1) / stride + 1
      return (rounded - 1) * stride >= extent + before ? rounded - 1 : rounded
    }
    let rows = count(input.height, padding.top, padding.bottom, span.height, stride.height)
    let columns = count(input.width, padding.left, padding.right, span.width, stride.width)
    guard let rows, let columns else {
      let dilated = dilation == 1 ? "" : " that spans \(span)"
      let padded = padding == .zero ? "" : " with padding \(padding)"
      throw GeometryError.windowDoesNotFit(
        input: input, reason: "a \(kernel) window\(dilated) does not fit into an input of \(input)\(padded)")
    }
    return Extent2D(rows, columns)
  }
}
