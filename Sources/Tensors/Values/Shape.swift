/// The extents of a tensor, outermost first: N×C×H×W for a batch of images.
///
/// A shape may have any rank and any non-negative extents; an operation's geometry checks what the operation accepts.
public struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral {
  /// The extents, outermost first.
  public let extents: [Int]

  /// Creates a shape from its extents, outermost first.
  public init(_ extents: [Int]) {
    self.extents = extents
  }

  /// Creates a shape from its extents, outermost first.
  public init(_ extents: Int...) {
    self.init(extents)
  }

  /// Creates a shape from a literal such as `[1, 96, 54, 54]`.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// The number of extents.
  public var rank: Int { extents.count }

  /// The number of elements: the product of the extents, 1 for a scalar.
  public var elementCount: Int { extents.reduce(1, *) }

  /// The extent of one axis, counted from the outermost.
  public subscript(axis: Int) -> Int { extents[axis] }

  /// The shape of a batch of elements of this shape: N×C×H×W from C×H×W.
  public func batched(_ count: Int) -> Shape {
    Shape([count] + extents)
  }

  /// The shape of one element of a batch of this shape: C×H×W from N×C×H×W.
  public var perImage: Shape {
    Shape(Array(extents.dropFirst()))
  }

  /// The same shape with another outermost extent, which for a batch is its number of images.
  public func withBatch(_ count: Int) -> Shape {
    perImage.batched(count)
  }

  /// Encodes the shape as a plain array.
  public func encode(to encoder: any Encoder) throws {
    try extents.encode(to: encoder)
  }

  /// Decodes a shape from a plain array.
  public init(from decoder: any Decoder) throws {
    extents = try [Int](from: decoder)
  }
}

extension Shape: CustomStringConvertible {
  /// The extents with × between them, as `1×96×54×54`.
  public var description: String {
    rank == 0 ? "scalar" : extents.map(String.init).joined(separator: "×")
  }
}
