/// The rows and columns added around a plane, per side.
public struct Padding: Hashable, Sendable, Codable {
  /// Rows above the first.
  public var top: Int
  /// Rows below the last.
  public var bottom: Int
  /// Columns left of the first.
  public var left: Int
  /// Columns right of the last.
  public var right: Int

  /// Creates a padding from its four sides.
  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// Creates a padding that is the same on all sides.
  public init(_ all: Int) {
    self.init(top: all, bottom: all, left: all, right: all)
  }

  /// No padding.
  public static let zero = Padding(0)
}

extension Padding: CustomStringConvertible {
  /// One number if all sides are equal, otherwise top, bottom, left and right.
  public var description: String {
    top == bottom && left == right && top == left ? "\(top)" : "(\(top),\(bottom),\(left),\(right))"
  }
}

extension Padding: ExpressibleByIntegerLiteral {
  /// Creates a padding that is the same on all sides.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}
