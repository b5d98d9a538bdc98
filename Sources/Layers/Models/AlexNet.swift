/// AlexNet as the book builds it (section 8.1; Krizhevsky, Sutskever and Hinton 2012).
///
/// - Parameter classes: The number of classes.
/// - Returns: The model; for images of 1×224×224 and 10 classes it has 46,764,746 parameters.
public func AlexNet(classes: Int) -> Sequential {
  Sequential(
    Conv2D(96, kernel: 11, stride: 4, padding: 1), ReLU(),
    MaxPool2D(kernel: 3, stride: 2),
    Conv2D(256, kernel: 5, padding: 2), ReLU(),
    MaxPool2D(kernel: 3, stride: 2),
    Conv2D(384, kernel: 3, padding: 1), ReLU(),
    Conv2D(384, kernel: 3, padding: 1), ReLU(),
    Conv2D(256, kernel: 3, padding: 1), ReLU(),
    MaxPool2D(kernel: 3, stride: 2),
    Flatten(),
    Dense(4096), ReLU(), Dropout(0.5),
    Dense(4096), ReLU(), Dropout(0.5),
    Dense(classes))
}
