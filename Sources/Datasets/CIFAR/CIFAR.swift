import Tensors

/// CIFAR-10 and CIFAR-100 in their binary versions: 50,000 RGB photographs of 32×32 to train on and 10,000 to test on.
///
/// A file is a sequence of records: the label, one byte (in CIFAR-100 two, coarse and fine; the fine one is used), then
/// 3×32×32 bytes.
///
/// Source: A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009, and the description next to
/// the files.
public enum CIFAR: Dataset {
  /// CIFAR-10, in the folder.
  case ten(directory: String)
  /// CIFAR-100, in the folder.
  case hundred(directory: String)

  private static let imageShape: Shape = [3, 32, 32]

  /// Reads the training images, N×3×32×32.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if a file is absent or truncated, or a label is invalid.
  public func training() throws -> LabeledImages { try images(of: .training, first: nil) }

  /// Reads the test images, N×3×32×32.
  ///
  /// - Parameter first: The number of images, from the first; all if nil.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if a file is absent or truncated, or a label is invalid.
  public func test(first: Int?) throws -> LabeledImages { try images(of: .test, first: first) }

  /// The files of the training images, in order.
  var trainingNames: [String] {
    switch self {
    case .ten: (1...5).map { "data_batch_\($0).bin" }
    case .hundred: ["train.bin"]
    }
  }

  /// The file of the test images.
  var testName: String {
    switch self {
    case .ten: "test_batch.bin"
    case .hundred: "test.bin"
    }
  }

  private var directory: String {
    switch self {
    case .ten(let directory), .hundred(let directory): directory
    }
  }

  private var namesFile: String {
    switch self {
    case .ten: "batches.meta.txt"
    case .hundred: "fine_label_names.txt"
    }
  }

  private var classCount: Int {
    knownClassNames.count
  }

  private var labelByteCount: Int {
    switch self {
    case .ten: 1
    case .hundred: 2
    }
  }

  private var knownClassNames: [String] {
    switch self {
    case .ten: CIFARClasses.ten
    case .hundred: CIFARClasses.hundred
    }
  }

  /// The names in the folder's file, or the known ones if it is missing.
  private func classNames() throws -> [String] {
    let path = "\(directory)/\(namesFile)"
    if case .absent = SystemFile.kind(of: path) { return knownClassNames }
    let names = try TextLines.read(path)
    guard names.count == classCount else {
      throw DatasetError.damaged(
        path: path,
        reason: "\(path) has \(counted(names.count, "name")), but there are \(counted(classCount, "class"))")
    }
    return names
  }

  private func images(of part: DatasetPart, first: Int?) throws -> LabeledImages {
    let classNames = try classNames()
    let files = try (part == .training ? trainingNames : [testName]).map { name in
      try RecordFile(
        path: "\(directory)/\(name)", labelByteCount: labelByteCount,
        dataByteCount: Self.imageShape.elementCount)
    }
    let total = files.map(\.count).reduce(0, +)
    let count = min(total, max(first ?? total, 1))
    let pixels = try AlignedBuffer(byteCount: count * Self.imageShape.elementCount)
    var labels: [Int32] = []
    for file in files {
      let start = pixels.baseAddress + labels.count * Self.imageShape.elementCount
      labels += try file.read(first: count - labels.count, into: start, classCount: classCount)
    }
    let images = try LabeledImages(
      pixels: pixels, shape: Self.imageShape.batched(count), labels: labels, classNames: classNames)
    return first == nil ? images.read(from: ImageSource(folder: directory, part: part)) : images
  }
}
