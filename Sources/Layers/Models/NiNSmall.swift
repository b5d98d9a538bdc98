import Operations

/// A NiN for images of 28×28 or 32×32, with batch normalization after each convolution but the last.
///
/// It has the elements of the book's network (section 8.3): blocks of a 3×3 and two 1×1 convolutions, max poolings
/// between them, dropout before the last block, and global average pooling in place of a dense head. Batch
/// normalization (Ioffe and Szegedy 2015) lets it be trained with large learning rates. Unlike the book's, the last
/// convolution has no ReLU, so that scores may be negative and no class dies.
///
/// - Parameter classes: The number of classes.
/// - Returns: The model; with 10 classes and images of one channel it has 706,122 parameters.
public func NiNSmall(classes: Int) -> Sequential {
  let last = normalizedBlock([256, 256]).layers + [Conv2D(classes, kernel: 1)]
  return Sequential(
    normalizedBlock([64, 64, 64]),
    MaxPool2D(kernel: 2),
    normalizedBlock([192, 192, 192]),
    MaxPool2D(kernel: 2),
    Dropout(0.3),
    Sequential(last),
    GlobalAvgPool2D(),
    Flatten())
}

/// A 3×3 convolution that keeps the size, then 1×1 convolutions, each followed by batch normalization and ReLU.
///
/// The convolutions have no bias, since batch normalization adds one.
private func normalizedBlock(_ channels: [Int]) -> Sequential {
  let triples: [[any Layer]] = channels.enumerated().map { index, channels in
    let convolution = Conv2D(
      channels, kernel: index == 0 ? 3 : 1, padding: index == 0 ? 1 : 0, hasBias: false)
    return [convolution, BatchNorm2D(), ReLU()]
  }
  return Sequential(triples.flatMap(\.self))
}
