/// LeNet as the book builds it (section 7.6; LeCun, Bottou, Bengio and Haffner 1998), with sigmoids and average pooling.
///
/// - Parameter classes: The number of classes.
/// - Returns: The model; for images of 1×28×28 and 10 classes it has 61,706 parameters.
public func LeNet(classes: Int) -> Sequential {
  Sequential(
    Conv2D(6, kernel: 5, padding: 2), Sigmoid(),
    AvgPool2D(kernel: 2, stride: 2),
    Conv2D(16, kernel: 5), Sigmoid(),
    AvgPool2D(kernel: 2, stride: 2),
    Flatten(),
    Dense(120), Sigmoid(),
    Dense(84), Sigmoid(),
    Dense(classes))
}
