/// A named tensor that is read only when it is needed.
///
/// Large networks are written from these, holding one tensor in memory at a time.
package struct LazyTensor {
  /// The tensor's name.
  package let name: String
  /// The shape.
  package let shape: Shape
  /// Reads the tensor.
  package let values: () throws -> Tensor<Float>

  /// Creates a lazy tensor.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - shape: The shape.
  ///   - values: Reads the tensor; must return the same values on every call until the tensor has been written.
  package init(name: String, shape: Shape, values: @escaping () throws -> Tensor<Float>) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// The same tensor under another name.
  package func renamed(_ name: String) -> LazyTensor {
    LazyTensor(name: name, shape: shape, values: values)
  }
}
