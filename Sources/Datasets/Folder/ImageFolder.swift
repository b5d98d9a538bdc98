import Tensors

/// A folder of PNG and JPEG files with a subfolder for each class.
///
/// Training and test images are in separate folders: `train/CLASS/*.png` and `test/CLASS/*.png`; without `test`, the
/// folders `val`, `valid` and `validation` are tried. Upper and lower case are the same. If there are only classes, or
/// only `train`, a share of each class is held out for testing (see `HeldOutSplit`), all of it if the share is 1. Hidden
/// files, files with extensions other than `.png`, `.jpg` and `.jpeg`, and folders within a class are skipped.
///
/// Classes are named after their folders and ordered bytewise, or as in a network, see ``Options/classNames``. Images
/// are ordered so that every prefix has all classes in proportion. Each file is decoded once when the images are read,
/// and again whenever it is used; files that cannot be decoded are reported and skipped.
public struct ImageFolder: Dataset {
  /// The caller's choices.
  public struct Options: Sendable {
    /// 1 for gray, 3 for red, green and blue; nil for 3 if any file stores colors, according to the headers.
    public var channels: Int?

    /// The share of each class that is held out for testing if the folder has no test images; 1 to test on all.
    public var testFraction: Double

    /// The classes of a network that tests on the images.
    ///
    /// They replace the folder's if they include all of them, in any order. Case, spaces, '_' and '-' may differ.
    public var classNames: [String]

    /// Receives a line for each file that cannot be read and for other skipped files.
    public var report: @Sendable (String) -> Void

    /// Creates the options.
    ///
    /// - Parameters:
    ///   - channels: 1 for gray, 3 for red, green and blue; nil for 3 if any file stores colors.
    ///   - testFraction: The share of each class that is held out for testing, more than 0; 1 to test on all.
    ///   - classNames: The classes of a network that tests on the images.
    ///   - report: Receives a line for each file that cannot be read.
    public init(
      channels: Int? = nil, testFraction: Double = 0.2, classNames: [String] = [],
      report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
      self.channels = channels
      self.testFraction = testFraction
      self.classNames = classNames
      self.report = report
    }
  }

  /// The classes' names, in order.
  public let classNames: [String]

  private let path: String
  private let options: Options
  private let layout: FolderLayout

  /// Lists the files; none is read yet.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - options: Channels, the share for testing, and the function that receives remarks.
  /// - Throws: ``DatasetError`` if the folder has no images in folders of classes, a class has no images, a class
  ///   has test images only, some classes but not all are a network's, or an option is out of range.
  public init(path: String, options: Options = Options()) throws {
    guard let folder = try ImageFolder(ifThere: path, options: options) else {
      throw DatasetError.unsupported(
        path: path, reason: "\(path) has no PNG or JPEG files in subfolders, one for each class")
    }
    self = folder
  }

  /// Lists the image files; nil if no class folder has any.
  init?(ifThere path: String, options: Options) throws {
    guard options.testFraction > 0, options.testFraction <= 1 else {
      throw DatasetError.invalidArgument(
        name: "testFraction",
        reason:
          "the share of images held out for testing is \(options.testFraction); it must be more than 0 and at most 1"
      )
    }
    guard [nil, 1, 3].contains(options.channels) else {
      throw DatasetError.invalidArgument(
        name: "channels", reason: "image files can be read as 1 or 3 channels, not \(options.channels ?? 0)")
    }
    let found = try FolderLayout(
      path: path, testFraction: options.testFraction, networkClasses: options.classNames)
    guard let layout = found else { return nil }
    self.layout = layout
    classNames = layout.classNames
    self.path = path
    self.options = options
  }

  /// The number of image files, whether they can be read or not.
  package var fileCount: Int { (layout.training?.files.count ?? 0) + layout.test.files.count }

  /// Decodes the training files once, on all processors.
  ///
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if none can be read.
  public func training() throws -> LabeledImages {
    guard let part = layout.training else {
      throw DatasetError.unsupported(
        path: path,
        reason: options.testFraction < 1
          ? "\(path) has test images only; training images are expected in \(path)/train"
          : "\(path) has no images left for training: all are held out for testing; use a share below 1")
    }
    return try read(part, as: .training, first: nil)
  }

  /// Decodes the test files once, on all processors.
  ///
  /// - Parameter first: The number of images, from the first; all if nil. Others are decoded only if the number of
  ///   channels is known.
  /// - Returns: The images with their labels.
  /// - Throws: ``DatasetError`` if none can be read.
  public func test(first: Int?) throws -> LabeledImages {
    try read(layout.test, as: .test, first: first)
  }

  private func read(_ part: FolderPart, as kind: DatasetPart, first: Int?) throws -> LabeledImages {
    for line in part.remarks { options.report(line) }
    let channels = options.channels ?? (layout.storesColor ? 3 : 1)
    let check = try FileCheck(part.files, channels: channels, first: first)
    check.report(to: options.report)
    guard !check.files.isEmpty else {
      throw DatasetError.unsupported(
        path: part.path,
        reason:
          "\(part.path) has no readable images: \(counted(part.files.count, "image file")) cannot be read")
    }
    if first == nil, let missing = part.labels.subtracting(check.labels).min() {
      throw DatasetError.unsupported(
        path: part.path,
        reason:
          "\(part.path) has no readable image of the class \(classNames[Int(missing)].quoted); remove its folder or add images"
      )
    }
    let images = try LabeledImages(
      files: check.files, channels: channels, labels: check.labels, classNames: classNames,
      heldOutFraction: layout.isDivided ? options.testFraction : nil)
    // The classes of a network may be in another order.
    guard first == nil, options.classNames.isEmpty else { return images }
    return images.read(from: ImageSource(folder: path, part: kind))
  }
}
