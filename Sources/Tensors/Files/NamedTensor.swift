/// A tensor of any element type with its name, to be written to a file by ``Safetensors/write(_:metadata:to:)``.
public struct NamedTensor: Sendable {
  /// The name.
  public var name: String
  /// The extents, outermost first.
  public let shape: Shape
  /// The type of the elements, in memory and in the file.
  public let elementType: ElementType
  /// Appends the elements to a file.
  let write: @Sendable (borrowing FileWriter) throws -> Void

  /// Names a tensor.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - tensor: The tensor; its elements are stored as they are.
  public init<Scalar: TensorScalar>(_ name: String, _ tensor: Tensor<Scalar>) {
    self.init(name: name, shape: tensor.shape, elementType: Scalar.elementType, elements: tensor.elements)
  }

  /// Names the bytes of elements, little-endian, in an element type that may have no Swift type.
  init(name: String, _ stored: StoredTensor, bytes: [UInt8]) {
    self.init(name: name, shape: stored.shape, elementType: stored.elementType, elements: bytes)
  }

  private init<Element: BitwiseCopyable & Sendable>(
    name: String, shape: Shape, elementType: ElementType, elements: [Element]
  ) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    write = { file in try file.write(elements) }
  }
}
