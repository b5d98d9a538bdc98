import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// `nin maps`.
struct MapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps",
    abstract: "Draw class confidence maps: the evidence for each class at each position of an image.",
    discussion: """
      EXAMPLES:

        nin maps --checkpoint mine.safetensors --output maps.svg shirt.png
        nin maps --checkpoint mine.safetensors --output maps.svg --index 0 --index 1
        nin maps --model mine.onnx --output maps.png --top 3 shirt.png

      With global average pooling the last feature maps are confidence maps, one per class: a class's score is the mean of \
      its map. The picture shows every map over the image, that of the highest score first. With one fully connected layer \
      after the pooling, or instead of it, a class's map is the weighted sum of all maps, and its mean is the score too; \
      other networks have no such maps.

      Small images have small maps, with a single number at the image size of the recipe 'quick'. Networks with global \
      average pooling accept a larger --image-size, but classify worse the further it is from that of their training. The \
      network of the recipe 'best' has maps of 7×7 at its own size.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup(title: "Preparation of images") var preparation: PreparationOptions

  @Option(
    parsing: .unconditional,
    help: "The number of maps to draw per image, from the highest score. (default: all)")
  var top: Int?

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requirePositive([("--top", top)])
    try requireOutput(picture.output, differsFrom: images.images)
  }

  func run() throws {
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let display = CommandProgress(isQuiet: progress.quiet)
    defer { display.clear() }
    display.show("preparing")
    let file = try picture.network.open(imageSize: images.imageSize, given: preparation.given())
    let description = file.description
    let head = try ClassMapHead(file.layers())
    let network = try file.makeNetwork(
      on: backend, compute, imageCount: images.count, keepsActivations: true)
    announceSmallMaps(head, of: file)
    let labels = ClassLabels(description, count: head.classes)
    let shown = try images.read(for: network, description)
    let pictures = try shown.enumerated().map { number, image in
      display.show("computing", number, of: shown.count)
      let maps = try image.pixels.withPixels {
        try ClassMaps.all(for: $0, count: 1, by: network, head: head)[0]
      }
      return ClassMapPicture(
        name: image.fullName, image: image.drawn(shape: network.image), maps: maps,
        classNames: labels.printedNames, label: image.label)
    }
    display.show("writing \(picture.output)")
    try picture.write(PictureSheet(pictures, head, limit: top))
    display.clear()
    for picture in pictures {
      let scores = try Classification(logits: picture.maps.maps.map(\.score), classNames: labels.names)
      print("\(picture.name): \(scores)")
    }
    print("wrote the maps to \(picture.output)")
  }

  /// Notifies the user if the maps have only one number, and of an image size with larger maps.
  private func announceSmallMaps(_ head: ClassMapHead, of file: NetworkFile) {
    guard !head.hasDetail else { return }
    let image = file.description.image
    let line = "for images of \(PixelSize(height: image[1], width: image[2])) a map is a single number"
    guard let larger = ClassMapHead.larger(for: file.description.model, than: image),
      larger.image[1] == larger.image[2]
    else { return Log.notice(line) }
    let size = PixelSize(square: larger.image[1])
    let maps = "maps of \(larger.head.shape[1])×\(larger.head.shape[2])"
    Log.notice(
      file.takes(size)
        ? "\(line); --image-size \(size.height) gives \(maps), though scores may be worse than at the size of training"
        : "\(line), and the file takes no other size; exported for images of \(size), the network gives \(maps)"
    )
  }
}
