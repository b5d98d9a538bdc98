import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// Images for a network: files, or test images.
struct ImageOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Argument(
    help: ArgumentHelp(
      "PNG and JPEG files, folders of them, pipes, or - for standard input.", valueName: "image"),
    completion: .file(extensions: ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]))
  var images: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: "A test image of --data, from 0; may be repeated.")
  var index: [Int] = []

  @Option(
    parsing: .unconditional,
    help: "Height and width to resize images to. (default: as in training)")
  var imageSize: Int?

  @Flag(help: "Invert image files: dark becomes light.")
  var invert = false

  func validate() throws {
    try requirePositive([("--image-size", imageSize)])
    guard count > 0 else { throw ValidationError("no image is given: give image files or --index") }
    try ImageInput.requireOneStandardInput(images)
  }

  /// The number of images given, with a folder counted as one.
  var count: Int { images.count + index.count }

  /// Reads the images.
  ///
  /// - Parameters:
  ///   - network: The network that takes them.
  ///   - description: Its description.
  /// - Returns: The images in the network's size: files first, in the given order.
  /// - Throws: The errors of the files; an error that names `--index` if it is out of range.
  func read(for network: Network, _ description: CheckpointDescription) throws -> [ShownImage] {
    let target = PixelSize(height: network.image[1], width: network.image[2])
    let resize = description.resize ?? .pillow
    let channels = network.image[0]
    var shown = try images.flatMap(ImageInput.inputs).map { input in
      let decoded = try input.decode(channels: channels)
      let image = invert ? decoded.inverted() : decoded
      return ShownImage(
        name: input.name.onOneLine(atMost: 4096),
        pixels: try image.resized(to: target, by: resize))
    }
    guard let largest = index.max() else { return shown }
    // Decompressing all images would take longer than showing one.
    let isWithinReach = index.allSatisfy { 0..<1 << 24 ~= $0 }
    let test = try data.open(for: description).test(first: isWithinReach ? largest + 1 : nil)
    try network.requireFit(test, names: description.classNames)
    for position in index {
      guard (0..<test.count).contains(position) else {
        throw ValidationError("--index is \(position); the test set has the images 0 to \(test.count - 1)")
      }
      let label = Int(test.labels[position])
      let file = test.fileName(at: position).map { ", \($0.onOneLine(atMost: 4096))" } ?? ""
      shown.append(
        ShownImage(
          name: "test image \(position)\(file)",
          pixels: try test.image(at: position, resizedTo: target, by: resize), label: label,
          className: test.classNames[label]))
    }
    return shown
  }
}

/// An image prepared for a network.
struct ShownImage {
  /// Its name.
  let name: String
  /// Its pixels, in the network's size.
  let pixels: ResizedImage
  /// Its class, if known.
  var label: Int?
  /// The name of its class.
  var className: String?

  /// The name, with the class in brackets if known.
  var fullName: String { className.map { "\(name) (\(ClassLabels.printed($0)))" } ?? name }

  /// The image before normalization.
  ///
  /// - Parameter shape: C×H×W.
  /// - Returns: The image.
  func drawn(shape: Shape) -> DrawnImage {
    let numbers =
      switch pixels {
      case .bytes(let bytes): bytes.map { Double($0) / 255 }
      case .intensities(let intensities): intensities.map { Double($0) }
      }
    return DrawnImage(Tensor(shape: shape, elements: numbers))
  }
}
