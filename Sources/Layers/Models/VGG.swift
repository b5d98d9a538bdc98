/// A block of VGG: 3×3 convolutions that keep the size, then a pooling that halves it (section 8.2.1).
public func vggBlock(convolutions: Int, channels: Int) -> Sequential {
  let pairs: [[any Layer]] = (0..<convolutions).map { _ in
    [Conv2D(channels, kernel: 3, padding: 1), ReLU()]
  }
  return Sequential(pairs.flatMap(\.self) + [MaxPool2D(kernel: 2, stride: 2)])
}

/// A VGG network as the book builds it (section 8.2; Simonyan and Zisserman 2014).
///
/// - Parameters:
///   - blocks: For each block, how many convolutions of how many channels.
///   - classes: The number of classes.
/// - Returns: The model.
public func VGG(blocks: [(convolutions: Int, channels: Int)], classes: Int) -> Sequential {
  let head: [any Layer] = [
    Flatten(), Dense(4096), ReLU(), Dropout(0.5), Dense(4096), ReLU(), Dropout(0.5), Dense(classes),
  ]
  return Sequential(blocks.map { vggBlock(convolutions: $0.convolutions, channels: $0.channels) } + head)
}

/// VGG-11; for images of 1×224×224 and 10 classes it has 128,806,154 parameters.
public func VGG11(classes: Int) -> Sequential {
  VGG(blocks: [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)], classes: classes)
}

/// VGG-11 with a quarter of the channels, which the book trains (section 8.2.3).
///
/// For images of 1×224×224 and 10 classes it has 43,093,322 parameters.
public func VGG11Slim(classes: Int) -> Sequential {
  VGG(blocks: [(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)], classes: classes)
}

/// VGG-16.
public func VGG16(classes: Int) -> Sequential {
  VGG(blocks: [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], classes: classes)
}

/// VGG-19.
public func VGG19(classes: Int) -> Sequential {
  VGG(blocks: [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)], classes: classes)
}
