/// A height and a width: of a plane, a kernel, a stride or a dilation.
public struct Extent2D: Hashable, Sendable, Codable {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// Creates an extent from a height and a width.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates a square.
  public init(_ side: Int) {
    self.init(side, side)
  }

  /// Height times width.
  public var area: Int { height * width }
}

extension Extent2D: ExpressibleByIntegerLiteral {
  /// Creates a square.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension Extent2D: CustomStringConvertible {
  /// Height and width with × between them.
  public var description: String { "\(height)×\(width)" }
}
