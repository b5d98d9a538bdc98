import NetworkInNetwork

/// The prediction for one image: a line of text, or a JSON object on a line.
struct Prediction {
  /// The image's identity.
  enum Subject {
    /// A file, or `-` for standard input.
    case file(String)
    /// A test image, by its index, with its file if it has one, and its class.
    case test(Int, file: String?, class: String)

    /// The beginning of the line.
    var title: String {
      switch self {
      case .file(let path): return path.onOneLine(atMost: 4096)
      case .test(let position, let file, let name):
        return
          "test image \(position)\(file.map { ", \($0.onOneLine(atMost: 4096))" } ?? "") (\(ClassLabels.printed(name)))"
      }
    }
  }

  let subject: Subject
  /// The most likely classes, or the error.
  let classes: Result<[Classification.Candidate], any Error>

  /// The line of text; nil if there are no classes.
  var line: String? {
    (try? classes.get()).map { "\(subject.title): \($0.map(\.description).joined(separator: ", "))" }
  }

  /// The error line; nil if there is no error.
  var errorLine: String? {
    guard case .failure(let error) = classes else { return nil }
    // These errors already name the file.
    let line = "\(error)\(ErrorAdvice.text(on: error))"
    return error is ImageFileError || error is DatasetError ? line : "\(subject.title): \(line)"
  }
}

extension Prediction: Encodable {
  private enum CodingKeys: CodingKey {
    case path, testImage, trueClass, `class`, probability, top, error
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch subject {
    case .file(let path): try fields.encode(path, forKey: .path)
    case .test(let position, let file, let name):
      try fields.encode(position, forKey: .testImage)
      try fields.encodeIfPresent(file, forKey: .path)
      try fields.encode(name, forKey: .trueClass)
    }
    switch classes {
    case .success(let classes):
      try fields.encodeIfPresent(classes.first?.name, forKey: .class)
      try fields.encodeIfPresent(classes.first?.probability, forKey: .probability)
      try fields.encode(classes.map(RankedClass.init), forKey: .top)
    case .failure: try fields.encodeIfPresent(errorLine, forKey: .error)
    }
  }
}

/// A class with its probability, in JSON.
private struct RankedClass: Encodable {
  let name: String
  let index: Int
  let probability: Double

  init(_ candidate: Classification.Candidate) {
    name = candidate.name
    index = candidate.index
    probability = candidate.probability
  }

  private enum CodingKeys: String, CodingKey {
    case name = "class"
    case index, probability
  }
}
