import Foundation
import NetworkInNetwork
import TestSupport
import Testing

@Suite("Classifier")
struct ClassifierTests {
  private static let names = ["ankle boot", "bag", "coat"]

  /// A checkpoint of an untrained network for gray images of 12×12, whose logits differ from image to image.
  private static func checkpoint(
    in folder: TemporaryFolder, classNames: [String] = names, resize: ResizeMethod? = nil,
    head: [any Layer] = []
  ) throws -> String {
    let model = Sequential(
      [Conv2D(5, kernel: 3), ReLU(), Conv2D(3, kernel: 1), GlobalAvgPool2D(), Flatten()] + head)
    let description = CheckpointDescription(
      model: model, image: [1, 12, 12], classNames: classNames,
      normalization: Normalization(mean: [0.3], deviation: [0.1]), resize: resize)
    let network = try Network(model, image: description.image, backend: Reference())
    try network.initialize(Initialization(), seed: 3)
    let path = folder.path("network.safetensors")
    try Checkpoint.write(network, description: description, to: path)
    return path
  }

  /// An image with a pattern of its own.
  private static func image(_ number: Int, height: Int = 20, width: Int = 17, channels: Int = 1)
    -> DecodedImage
  {
    let pixels = (0..<channels * height * width).map { UInt8(($0 * (number + 3) * 7) % 256) }
    return DecodedImage(width: width, height: height, channels: channels, planes: pixels)
  }

  @Test(
    "prepares images as in training, on every backend",
    arguments: [nil, .openCV, .tensorFlow] as [ResizeMethod?])
  func preparesImages(_ resize: ResizeMethod?) throws {
    let folder = try TemporaryFolder()
    let path = try Self.checkpoint(in: folder, resize: resize)
    let image = Self.image(1)
    for backend in try TestedBackends.all() {
      let network = try Checkpoint(path: path).network(on: backend)
      let resized = try (resize ?? .pillow).resized(
        image.pixels, from: PixelSize(height: 20, width: 17), to: PixelSize(square: 12), channels: 1)
      let numbers =
        switch resized {
        case .bytes(let bytes): bytes.map { Float($0) / 255 }
        case .intensities(let intensities): intensities
        }
      let logits = try network.predict(
        Tensor(shape: [1, 1, 12, 12], elements: numbers.map { ($0 - 0.3) / 0.1 })
      ).elements.map(Double.init)
      let weights = logits.map(exp)
      let expected = weights.map { $0 / weights.reduce(0, +) }
      let classification = try Classifier(path: path, on: backend).classify(image)
      for (probability, expected) in zip(classification.probabilities, expected) {
        #expect(abs(probability - expected) < 1e-5, "\(backend.name)")
      }
      #expect(abs(classification.probabilities.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test("prints the likeliest classes in one line")
  func description() {
    let classification = Classification(
      probabilities: [0.001, 0.015, 0.934, 0.05], classNames: ["bag", "shirt", "ankle boot", "coat"])
    #expect("\(classification.best)" == "ankle boot 93.4 %")
    #expect("\(classification)" == "ankle boot 93.4 %, coat 5.0 %, shirt 1.5 %")
    #expect("\(Classification(probabilities: [1], classNames: ["bag"]))" == "bag 100.0 %")
  }

  @Test("gives each image of a batch what it gives the image alone, and names its classes")
  func batches() throws {
    let folder = try TemporaryFolder()
    let classifier = try Classifier(
      path: Self.checkpoint(in: folder), on: TestedBackends.make(TestedBackends.fastest))
    let images = (0..<70).map { Self.image($0, height: 12 + $0, width: 40 - $0 / 2) }
    let together = try classifier.classify(images)
    #expect(together.count == images.count)
    for (image, classification) in zip(images, together) {
      let alone = try classifier.classify(image)
      for (left, right) in zip(alone.probabilities, classification.probabilities) {
        #expect(abs(left - right) < 1e-6)
      }
      let top = classification.top(5)
      #expect(top.map(\.probability) == classification.probabilities.sorted(by: >))
      #expect(Set(top.map(\.name)) == Set(Self.names))
      #expect(classification.best == top[0] && Self.names[top[0].index] == top[0].name)
    }
    #expect(Set(together.map(\.probabilities)).count > 1)
    #expect(try classifier.classify([DecodedImage]()).isEmpty)
  }

  @Test("classifies files and data sets as it does decoded images")
  func sources() throws {
    let folder = try TemporaryFolder()
    let classifier = try Classifier(path: Self.checkpoint(in: folder), on: Reference())
    let image = Self.image(4)
    let expected = try classifier.classify(image)
    #expect(
      try classifier.classify(file: folder.write(PNGEncoder.encode(image), to: "image.png")) == expected)
    let images = try LabeledImages(
      pixels: image.pixels, shape: [1, 1, 20, 17], labels: [0], classNames: ["it"])
    #expect(try classifier.classify(images) == [expected])
    #expect(throws: ImageFileError.self) { try classifier.classify(file: folder.path("absent.png")) }
  }

  @Test("classifies with a network that is already prepared")
  func preparedNetwork() throws {
    let folder = try TemporaryFolder()
    let path = try Self.checkpoint(in: folder)
    let network = try Checkpoint(path: path).network(on: Reference())
    let image = Self.image(6)
    let expected = try Classifier(path: path, on: Reference()).classify(image)
    #expect(try Classifier(network, classNames: Self.names).classify(image) == expected)
    #expect(try Classifier(network, classNames: ["bag"]).classNames == ["class 0", "class 1", "class 2"])
  }

  @Test("logits become probabilities by the softmax, and have to be finite")
  func softmaxOfLogits() throws {
    let classification = try Classification(logits: [1000, 1000 + log(3), -1000], classNames: Self.names)
    for (probability, expected) in zip(classification.probabilities, [0.25, 0.75, 0]) {
      #expect(abs(probability - expected) < 1e-12)
    }
    #expect(throws: NetworkError.self) { try Classification(logits: [0, .nan, 0], classNames: Self.names) }
  }

  @Test("takes the probabilities of a network that ends in a softmax as they are")
  func softmaxAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let image = Self.image(2)
    let bare = try Classifier(path: Self.checkpoint(in: folder), on: Reference()).classify(image)
    let withSoftmax = try Classifier(
      path: Self.checkpoint(in: folder, head: [Softmax()]), on: Reference()
    ).classify(image)
    for (left, right) in zip(bare.probabilities, withSoftmax.probabilities) {
      #expect(abs(left - right) < 1e-6)
    }
  }

  @Test("numbers classes without names, and rejects images and networks that do not fit")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let classifier = try Classifier(path: Self.checkpoint(in: folder, classNames: []), on: Reference())
    #expect(classifier.classNames == ["class 0", "class 1", "class 2"])
    #expect(throws: NetworkError.self) { try classifier.classify(Self.image(0, channels: 3)) }
    let model = Sequential(Conv2D(3, kernel: 3))
    let network = try Network(model, image: [1, 12, 12], backend: Reference())
    try network.initialize(seed: 0)
    let path = folder.path("features.safetensors")
    try Checkpoint.write(
      network,
      description: CheckpointDescription(
        model: model, image: [1, 12, 12], classNames: [], normalization: .none),
      to: path)
    #expect(throws: NetworkError.self) { try Classifier(path: path, on: Reference()) }
  }

  @Test("keeps equally likely classes in order")
  func ties() {
    let classification = Classification(probabilities: [0.25, 0.5, 0.25], classNames: ["a", "b", "c"])
    #expect(classification.top(3).map(\.name) == ["b", "a", "c"])
    #expect(classification.top(0).isEmpty && classification.top(-1).isEmpty)
  }
}
