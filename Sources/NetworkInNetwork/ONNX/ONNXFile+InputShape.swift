extension ONNXFile {
  /// The shape of the model's input for one image, or for its fixed batch size.
  ///
  /// - Parameters:
  ///   - imageSize: Height and width of images, if given.
  ///   - defaultSize: Height and width if neither `imageSize` nor the file states them; nil to require them.
  /// - Returns: The shape, in the model's own layout.
  /// - Throws: ``ONNXInputError`` if the model does not declare the shape, or does not fix the size of its images.
  func inputShape(imageSize: PixelSize?, defaultSize: PixelSize?) throws -> Shape {
    let name = inputs[0]
    guard let declared = declaredShape(of: name)?.extents, !declared.isEmpty else {
      throw ONNXInputError.undeclaredShape(path: path, input: name)
    }
    let hasImages = declared.count == 4
    let isChannelsLast =
      hasImages && declared[1].map { $0 > 4 } ?? true && declared[3].map { $0 <= 4 } ?? false
    let rows = isChannelsLast ? 1 : 2
    let extents = try declared.enumerated().map { axis, extent in
      if axis == 0 { return extent ?? 1 }
      guard hasImages, (0...1).contains(axis - rows) else {
        guard let extent else { throw ONNXInputError.openAxis(path: path, input: name, axis: axis) }
        return extent
      }
      func side(_ size: PixelSize) -> Int { axis == rows ? size.height : size.width }
      let stated = imageSize.map(side) ?? extent ?? (preparation?.imageSize ?? defaultSize).map(side)
      guard let stated else { throw ONNXInputError.openImageSize(path: path) }
      return stated
    }
    return Shape(extents)
  }
}
