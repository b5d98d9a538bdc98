import Layers
import Operations
import Testing

@Suite("Layers printed as Swift")
struct DescriptionTests {
  @Test("a model prints as it is written in Swift")
  func model() {
    let model = Sequential(
      Sequential(Conv2D(96, kernel: 11, stride: 4, activation: .relu), Conv2D(96, kernel: 1)),
      MaxPool2D(kernel: 3, stride: 2), Dropout(0.5), BatchNorm2D(), GlobalAvgPool2D(), Flatten(), Dense(10))
    #expect(
      "\(model)" == """
        Sequential(
          Sequential(
            Conv2D(96, kernel: 11, stride: 4),
            ReLU(),
            Conv2D(96, kernel: 1)
          ),
          MaxPool2D(kernel: 3, stride: 2),
          Dropout(0.5),
          BatchNorm2D(),
          GlobalAvgPool2D(),
          Flatten(),
          Dense(10)
        )
        """)
    #expect("\(Sequential())" == "Sequential()")
  }

  @Test("arguments appear if they differ from their defaults")
  func arguments() {
    let convolution = Conv2D(
      4, kernel: Extent2D(3, 5), padding: Padding(top: 1, right: 2), dilation: 2, groups: 2, hasBias: false,
      activation: .relu)
    #expect(
      "\(convolution)"
        == "Conv2D(4, kernel: Extent2D(3, 5), padding: Padding(top: 1, right: 2), dilation: 2, groups: 2, "
        + "hasBias: false, activation: .relu)")
    #expect("\(MaxPool2D(kernel: 2))" == "MaxPool2D(kernel: 2)")
    #expect(
      "\(AvgPool2D(kernel: 3, stride: 1, padding: 1, roundsUp: true, countsPadding: false))"
        == "AvgPool2D(kernel: 3, stride: 1, padding: 1, roundsUp: true, countsPadding: false)")
    #expect("\(BatchNorm2D(epsilon: 1e-3))" == "BatchNorm2D(epsilon: 0.001)")
    #expect("\(Dense(10, hasBias: false))" == "Dense(10, hasBias: false)")
  }
}
