import NetworkInNetwork

extension ONNXFile {
  /// The shape of the model's input for one image, or for its fixed batch size.
  ///
  /// - Parameters:
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - usualSize: Height and width if neither the option nor the file states them; nil to require them.
  ///   - alternative: What works where images do not, for errors.
  /// - Returns: The shape, in the model's own layout.
  /// - Throws: `FileError` if the model does not declare the shape, or does not fix the size of its images.
  func inputShape(imageSize: Int?, usualSize: Int?, alternative: String) throws -> Shape {
    let name = inputs[0]
    func unsupported(_ reason: String) -> FileError {
      FileError(path: path, problem: .unsupported(reason: reason))
    }
    guard let declared = declaredShape(of: name)?.extents, !declared.isEmpty else {
      throw unsupported("does not declare the shape of its input \(name)\(alternative)")
    }
    let size = preparation?.size ?? []
    let isChannelsLast =
      declared.count == 4 && declared[1].map { $0 > 4 } ?? true && declared[3].map { $0 <= 4 } ?? false
    let rows = isChannelsLast ? 1 : 2
    let extents = try declared.enumerated().map { axis, extent in
      if axis == 0 { return extent ?? 1 }
      let side = axis - rows
      guard declared.count == 4, (0...1).contains(side) else {
        guard let extent else {
          throw unsupported("does not fix axis \(axis) of its input \(name)\(alternative)")
        }
        return extent
      }
      let stated = size.count == 2 ? size[side] : usualSize
      guard let chosen = imageSize ?? extent ?? stated else {
        throw unsupported("leaves the size of its images open; give --image-size")
      }
      return chosen
    }
    return Shape(extents)
  }
}
