/// The paper's network for CIFAR-10 (Lin, Chen and Yan 2013), as the authors' definition for
/// [cuda-convnet](https://github.com/mavenlin/cuda-convnet/blob/master/NIN/cifar-10_def) gives it.
///
/// Its poolings round up, as those of cuda-convnet and Caffe do.
///
/// - Parameter classes: The number of classes.
/// - Returns: The model; for images of 3×32×32 and 10 classes it has 966,986 parameters and 222,486,528
///   multiply-accumulates.
public func NiNCIFAR10(classes: Int) -> Sequential {
  Sequential(
    ninBlock([192, 160, 96], kernel: 5, padding: 2),
    MaxPool2D(kernel: 3, stride: 2, roundsUp: true),
    Dropout(0.5),
    ninBlock(192, kernel: 5, padding: 2),
    MaxPool2D(kernel: 3, stride: 2, roundsUp: true),
    Dropout(0.5),
    ninBlock([192, 192, classes], kernel: 3, padding: 1),
    GlobalAvgPool2D(),
    Flatten())
}

/// The network for ImageNet that the paper's authors published for Caffe: the book's with another last block.
///
/// Its poolings round up, as Caffe's do.
///
/// - Parameter classes: The number of classes.
/// - Returns: The model; for images of 3×224×224 and 1,000 classes it has 7,595,176 parameters.
public func NiNImageNet(classes: Int) -> Sequential {
  Sequential(
    ninBlock(96, kernel: 11, stride: 4),
    MaxPool2D(kernel: 3, stride: 2, roundsUp: true),
    ninBlock(256, kernel: 5, padding: 2),
    MaxPool2D(kernel: 3, stride: 2, roundsUp: true),
    ninBlock(384, kernel: 3, padding: 1),
    MaxPool2D(kernel: 3, stride: 2, roundsUp: true),
    Dropout(0.5),
    ninBlock([1024, 1024, classes], kernel: 3, padding: 1),
    GlobalAvgPool2D(),
    Flatten())
}
