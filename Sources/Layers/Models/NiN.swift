import Operations

/// A NiN block: a k×k convolution and two 1×1 convolutions, each followed by ReLU (the book's section 8.3.1).
///
/// The 1×1 convolutions are a fully connected network that is applied to each pixel.
public func ninBlock(
  _ channels: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0
) -> Sequential {
  Sequential(
    Conv2D(channels, kernel: kernel, stride: stride, padding: padding), ReLU(),
    Conv2D(channels, kernel: 1), ReLU(),
    Conv2D(channels, kernel: 1), ReLU())
}

/// Network in Network as the book builds it (section 8.3.2; Lin, Chen and Yan 2013).
///
/// With 10 classes and images of 1×224×224 it has 1,992,166 parameters. The smallest image is 67×67.
///
/// - Parameter classes: How many classes there are.
/// - Returns: The model.
public func NiN(classes: Int) -> Sequential {
  Sequential(
    ninBlock(96, kernel: 11, stride: 4),
    MaxPool2D(kernel: 3, stride: 2),
    ninBlock(256, kernel: 5, padding: 2),
    MaxPool2D(kernel: 3, stride: 2),
    ninBlock(384, kernel: 3, padding: 1),
    MaxPool2D(kernel: 3, stride: 2),
    Dropout(0.5),
    ninBlock(classes, kernel: 3, padding: 1),
    GlobalAvgPool2D(),
    Flatten())
}
