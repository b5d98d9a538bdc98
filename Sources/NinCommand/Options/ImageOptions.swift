import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// Images that a network is shown: files, or test images.
struct ImageOptions: ParsableArguments {
  @OptionGroup var data: DataOptions

  @Argument(help: ArgumentHelp("PNG and JPEG files.", valueName: "image"))
  var images: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: "A test image of --data, from 0; may be given several times.")
  var index: [Int] = []

  @Option(
    parsing: .unconditional,
    help: "Height and width that images are resized to. (default: as the network was trained)")
  var imageSize: Int?

  @Flag(help: "Turn dark into light, in image files.")
  var invert = false

  func validate() throws {
    try requirePositive([("--image-size", imageSize)])
    guard count > 0 else { throw ValidationError("there is no image: give image files or --index") }
  }

  /// How many images are asked for.
  var count: Int { images.count + index.count }

  /// Reads the images.
  ///
  /// - Parameters:
  ///   - network: The network that takes them.
  ///   - description: What is known of it.
  /// - Returns: The images in the network's size: files first, as they were given.
  /// - Throws: The errors of the files; an error that names `--index` if it is out of range.
  func read(for network: Network, _ description: CheckpointDescription) throws -> [ShownImage] {
    let target = PixelSize(height: network.image[1], width: network.image[2])
    let resize = description.resize ?? .pillow
    let channels = network.image[0]
    var shown = try images.map { path in
      let decoded = try ImageFile.decode(path: path, channels: channels)
      let image = invert ? decoded.inverted() : decoded
      return ShownImage(
        name: path.onOneLine(atMost: 4096),
        pixels: try resize.resized(
          image.pixels, from: PixelSize(height: image.height, width: image.width), to: target,
          channels: channels))
    }
    guard let largest = index.max() else { return shown }
    // Unpacking all images would take longer than showing one.
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

/// An image as a network takes it.
struct ShownImage {
  /// What it is called.
  let name: String
  /// Its pixels, in the network's size.
  let pixels: ResizedImage
  /// Its class, where that is known.
  var label: Int?
  /// The name of its class.
  var className: String?

  /// The name, with the class in brackets where it is known.
  var fullName: String { className.map { "\(name) (\($0))" } ?? name }

  /// The image before normalisation.
  ///
  /// - Parameter shape: C×H×W.
  /// - Returns: The image.
  func seen(shape: Shape) -> SeenImage {
    let numbers =
      switch pixels {
      case .bytes(let bytes): bytes.map { Double($0) / 255 }
      case .intensities(let intensities): intensities.map { Double($0) }
      }
    return SeenImage(Tensor(shape: shape, elements: numbers))
  }
}
