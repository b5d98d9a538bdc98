import NetworkInNetwork
import Reporting

/// Classifies images one after another and prints a line for each; an unreadable image does not stop the others.
struct ImageClassifier {
  private let classifier: Classifier
  private let top: Int
  private let printsJSON: Bool
  private let display: CommandProgress
  private let imageCount: Int
  private var doneCount = 0
  /// The number of images that could not be classified so far.
  private(set) var failureCount = 0

  /// - Parameters:
  ///   - classifier: The network.
  ///   - top: The number of classes to print per image.
  ///   - printsJSON: Whether the lines are JSON.
  ///   - imageCount: The number of images.
  ///   - display: The progress display.
  init(_ classifier: Classifier, top: Int, printsJSON: Bool, imageCount: Int, display: CommandProgress) {
    self.classifier = classifier
    self.top = top
    self.printsJSON = printsJSON
    self.imageCount = imageCount
    self.display = display
  }

  /// Classifies an image and prints its line; an error goes to standard error, and with JSON is an object too.
  ///
  /// - Parameters:
  ///   - subject: The image's identity.
  ///   - read: Returns the image, in the network's number of channels.
  /// - Throws: The errors of encoding the line, not those of the image.
  mutating func classify(
    _ subject: Prediction.Subject, _ read: () throws -> DecodedImage
  ) throws {
    display.show("classifying", doneCount, of: imageCount)
    doneCount += 1
    let prediction = Prediction(
      subject: subject, classes: Result { try classifier.classify(read()).top(top) })
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
}
