import Tensors

/// The two files of a part of a data set in the IDX format: images and labels.
struct IDXPair: Equatable {
  let images: String
  let labels: String

  /// The two files' names without the format: `train-images` and `train-labels`.
  struct Names: Equatable {
    let images: String
    let labels: String

    /// Names as in MNIST.
    init(prefix: String) {
      images = prefix + "-images"
      labels = prefix + "-labels"
    }
  }

  /// Finds the files in a folder; nil if one is missing.
  init?(_ names: Names, in directory: String) {
    guard let images = IDXFile.find(names.images, .images, in: directory) else { return nil }
    guard let labels = IDXFile.find(names.labels, .labels, in: directory) else { return nil }
    self.images = images
    self.labels = labels
  }

  /// The names of the files that are missing in a folder.
  static func missing(_ names: Names, in directory: String) -> [String] {
    [(names.images, IDXFile.Contents.images), (names.labels, .labels)].compactMap { name, contents in
      IDXFile.find(name, contents, in: directory) == nil ? name + "-" + contents.suffix + ".gz" : nil
    }
  }

  /// Reads the labels.
  ///
  /// - Returns: One byte per image.
  /// - Throws: The file's ``DatasetError``.
  func readLabels() throws -> [UInt8] {
    let file = try IDXFile(path: labels, contents: .labels, maximumByteCount: 1 << 24)
    return [UInt8](UnsafeRawBufferPointer(start: file.bytes.baseAddress, count: file.bytes.byteCount))
  }

  /// Reads the images.
  ///
  /// - Parameter first: The number of images, from the first; all if nil. The rest is not decompressed.
  /// - Returns: The images, N×H×W.
  /// - Throws: The file's ``DatasetError``.
  func readImages(first: Int?) throws -> IDXFile {
    try IDXFile(path: images, contents: .images, first: first)
  }

  /// Combines images and labels.
  ///
  /// - Parameters:
  ///   - file: The images.
  ///   - numbers: The class of each image, and of the others if only the first images were read.
  ///   - isWhole: Whether all images were read.
  ///   - classNames: The classes' names.
  ///   - source: The part of the data set that all images are.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if they do not match.
  func labeled(
    _ file: IDXFile, _ numbers: [Int32], isWhole: Bool, classNames: [String], source: ImageSource
  ) throws -> LabeledImages {
    let shape = file.shape
    do {
      let labeled = try LabeledImages(
        pixels: file.bytes, shape: [shape[0], 1, shape[1], shape[2]],
        labels: isWhole ? numbers : Array(numbers.prefix(shape[0])), classNames: classNames)
      return isWhole ? labeled.read(from: source) : labeled
    } catch let error as DatasetError {
      throw DatasetError.damaged(path: labels, reason: "\(labels) does not match \(images): \(error)")
    }
  }
}

extension IDXFile {
  /// Finds a file by any spelling of its name: with `-` or `.` before the format, and with or without `.gz`.
  static func find(_ name: String, _ contents: Contents, in directory: String) -> String? {
    spellings(name, contents).map { "\(directory)/\($0)" }.first(where: SystemFile.isRegular)
  }

  /// The accepted spellings of a file's name.
  static func spellings(_ name: String, _ contents: Contents) -> [String] {
    ["-", "."].flatMap { separator in
      [".gz", ""].map { name + separator + contents.suffix + $0 }
    }
  }
}

extension IDXFile.Contents {
  /// The suffix of file names.
  var suffix: String { "idx\(rank)-ubyte" }
}
