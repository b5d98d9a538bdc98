import Tensors

/// EMNIST: handwritten letters and digits, 28×28 gray, with six alternative sets of classes ("splits").
///
/// The files are named `emnist-SPLIT-train-images-idx3-ubyte` and so on, gzipped or not. Their images are transposed,
/// which is undone on reading.
///
/// Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, *EMNIST: an extension of MNIST to handwritten letters*,
/// arXiv 1702.05373.
public struct EMNIST: Dataset {
  /// A set of classes for the characters.
  public enum Split: String, CaseIterable, Sendable {
    case byclass, bymerge, balanced, letters, digits, mnist

    /// The prefix of the files' names.
    var prefix: String { "emnist-" + rawValue }

    /// The label of the first class.
    var firstLabel: Int { self == .letters ? 1 : 0 }
  }

  private let directory: String
  private let split: Split

  /// Creates the data set in a folder; nothing is read yet.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - split: The split to read.
  public init(directory: String, split: Split) {
    self.directory = directory
    self.split = split
  }

  /// The splits whose files are in a folder.
  ///
  /// - Parameter directory: The folder.
  /// - Returns: The splits.
  public static func splits(in directory: String) -> [Split] {
    Split.allCases.filter { split in
      ["train", "test"].contains { part in
        IDXFile.find("\(split.prefix)-\(part)-images", .images, in: directory) != nil
      }
    }
  }

  /// Reads the training images, N×1×28×28.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func training() throws -> LabeledImages { try images(of: .training, first: nil) }

  /// Reads the test images, N×1×28×28.
  ///
  /// - Parameter first: The number of images, from the first; all if nil. The rest is not decompressed.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if the files are absent, truncated, corrupt or mislabeled.
  public func test(first: Int?) throws -> LabeledImages { try images(of: .test, first: first) }

  private func images(of part: DatasetPart, first: Int?) throws -> LabeledImages {
    let names = IDXPair.Names(prefix: "\(split.prefix)-\(part == .training ? "train" : "test")")
    guard let pair = IDXPair(names, in: directory) else {
      throw DatasetError.incomplete(path: directory, missing: IDXPair.missing(names, in: directory))
    }
    let labels = try pair.readLabels()
    if let wrong = labels.firstIndex(where: { Int($0) < split.firstLabel }) {
      throw DatasetError.damaged(
        path: pair.labels,
        reason:
          "\(pair.labels) has the label \(labels[wrong]) for image \(wrong); labels of EMNIST's \(split) start at \(split.firstLabel)"
      )
    }
    let classNames = try EMNISTClasses.names(of: split, in: directory)
    let file = try pair.readImages(first: first)
    guard file.shape[1] == file.shape[2] else {
      throw DatasetError.damaged(
        path: pair.images,
        reason: "\(pair.images) has images of \(file.shape[1])×\(file.shape[2]) pixels, not 28×28")
    }
    Self.transpose(file.bytes, count: file.shape[0], side: file.shape[1])
    return try pair.labeled(
      file, labels.map { Int32($0) - Int32(split.firstLabel) }, isWhole: first == nil, classNames: classNames,
      source: ImageSource(folder: "\(directory)/\(split.prefix)", part: part))
  }

  /// Transposes square images in place.
  private static func transpose(_ bytes: AlignedBuffer, count: Int, side: Int) {
    for index in 0..<count {
      let image = bytes.baseAddress.assumingMemoryBound(to: UInt8.self) + index * side * side
      for row in 0..<side {
        for column in 0..<row {
          (image[row * side + column], image[column * side + row]) =
            (image[column * side + row], image[row * side + column])
        }
      }
    }
  }
}
