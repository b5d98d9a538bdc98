import NetworkInNetwork
import Reporting

/// Classifies images one after another and prints a line for each; an unreadable image does not stop the others.
struct ImageClassifier {
  private let ready: ImageNetwork
  private let labels: ClassLabels
  private let top: Int
  private let printsJSON: Bool
  private let display: CommandProgress
  private let imageCount: Int
  private var doneCount = 0
  /// The number of images that could not be classified so far.
  private(set) var failureCount = 0

  /// - Parameters:
  ///   - ready: The network.
  ///   - top: The number of classes to print per image.
  ///   - printsJSON: Whether the lines are JSON.
  ///   - imageCount: The number of images.
  ///   - display: The progress display.
  /// - Throws: `NetworkError` if the network does not end in one number per class.
  init(
    _ ready: ImageNetwork, top: Int, printsJSON: Bool, imageCount: Int, display: CommandProgress
  ) throws {
    let output = ready.network.outputShape(1)
    guard output.rank == 2 || output.rank == 4 && output[2] * output[3] == 1 else {
      throw NetworkError.unsuitableModel(
        reason: "the network's output has the shape \(output); classification needs 1×classes")
    }
    self.ready = ready
    labels = ClassLabels(ready.description, count: output[1])
    self.top = top
    self.printsJSON = printsJSON
    self.imageCount = imageCount
    self.display = display
  }

  /// Classifies an image and prints its line; an error goes to standard error, and with JSON is an object too.
  ///
  /// - Parameters:
  ///   - subject: The image's identity.
  ///   - read: Returns the pixels, in the network's number of channels, and their size.
  /// - Throws: The errors of encoding the line, not those of the image.
  mutating func classify(
    _ subject: Prediction.Subject, _ read: () throws -> (pixels: [UInt8], size: PixelSize)
  ) throws {
    display.show("classifying", doneCount, of: imageCount)
    doneCount += 1
    let prediction = Prediction(subject: subject, classes: Result { try likeliestClasses(read()) })
    if let error = prediction.errorLine {
      failureCount += 1
      display.clear()
      Log.error(error)
    }
    if printsJSON {
      print(try lineJSON(prediction))
    } else if let line = prediction.line {
      print(line)
    }
  }

  private func likeliestClasses(_ image: (pixels: [UInt8], size: PixelSize)) throws -> [RankedClass] {
    let network = ready.network
    let target = PixelSize(height: network.image[1], width: network.image[2])
    let resized = try (ready.description.resize ?? .pillow).resized(
      image.pixels, from: image.size, to: target, channels: network.image[0])
    return try labels.likeliest(resized.withPixels { try ready.logits($0) }, count: top)
  }
}
