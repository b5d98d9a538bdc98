/// Network in Network as the book builds it (section 8.3.2; Lin, Chen and Yan 2013), or a variant of it.
///
/// The book's has 1,992,166 parameters with 10 classes and images of 1×224×224. Its smallest image is 67×67.
///
/// - Parameters:
///   - classes: The number of classes.
///   - design: The differences from the book's network.
/// - Returns: The model.
public func NiN(classes: Int, design: NiNDesign = .book) -> Sequential {
  let body: [any Layer] = [
    design.stage(0, channels: 96, kernel: 11, stride: 4),
    MaxPool2D(kernel: 3, stride: 2),
    design.stage(1, channels: 256, kernel: 5, padding: 2),
    MaxPool2D(kernel: 3, stride: 2),
    design.stage(2, channels: 384, kernel: 3, padding: 1),
    MaxPool2D(kernel: 3, stride: 2),
    Dropout(0.5),
    design.lastBlock(classes: classes, inputs: 384),
  ]
  return Sequential(body + design.headLayers(classes: classes))
}
