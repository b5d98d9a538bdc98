import ArgumentParser
import FeatureMaps
import NetworkInNetwork
import Reporting

/// `nin features`.
struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Draw the activations of a layer, or the differences between two backends.",
    discussion: """
      EXAMPLES:

        nin features --model mine.onnx --layer net.2.0 --output f.svg shirt.png
        nin features --model mine.onnx --layer net.2 --output f.svg --index 0
        nin features --checkpoint mine.safetensors --layer net.0 --output f.svg 1.png

      Each channel is a picture, each number a square: from violet to yellow, or from blue to red around 0 if there are \
      negative numbers. --layer takes the names that 'nin summary' prints; the name of a block, net.2, means its last layer. \
      Layers run one by one, as in 'nin trace', so layers that are otherwise fused are shown too.

      --backends draws the activations on two backends, and their difference, magnified, with its own scale.
      """)

  /// The default numbers of channels to draw, for one backend and for two.
  private static let defaultLimits = (256, 24)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup(title: "Preparation of images") var normalization: NormalizationOptions

  @Option(help: ArgumentHelp("The layer, such as net.2.0.", valueName: "name"))
  var layer: String

  @Option(
    help: ArgumentHelp("Two backends to compare, such as dnnl,reference.", valueName: "a,b"))
  var backends: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of channels to draw, from the first. (default: 256, or 24 with --backends)",
      valueName: "channels"
    ))
  var limit: Int?

  @OptionGroup var progress: ProgressOptions

  private var backendNames: [String] {
    backends?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  func validate() throws {
    try requirePositive([("--limit", limit)])
    try requireOutput(picture.output, differsFrom: images.images)
    guard images.count == 1 else { throw Self.severalImages }
    guard let backends else { return }
    guard backendNames.count == 2, !backendNames.contains("") else {
      throw ValidationError("--backends is \(backends.quoted); it must be two names separated by a comma")
    }
    try asUsageError { try BackendRegistry.requireKnown(backendNames) }
    guard shared.backend == nil else {
      throw ValidationError("--backends names both backends: omit --backend")
    }
  }

  func run() throws {
    let backends = try makeBackends()
    let display = CommandProgress(isQuiet: progress.quiet)
    defer { display.clear() }
    display.show("preparing")
    let file = try picture.network.open(imageSize: images.imageSize, given: normalization.given)
    let description = file.description
    let layer = try LayerFeatures.layer(layer, of: file.layers())
    var image: ShownImage?
    let features = try backends.map { backend in
      display.show("computing on \(backend.name)")
      let network = try file.makeNetwork(on: backend, compute, imageCount: 1, keepsActivations: true)
      let shown = try image ?? oneImage(for: network, description)
      image = shown
      return try shown.pixels.withPixels { try LayerFeatures(of: layer, for: $0, by: network) }
    }
    guard let image else { return }
    display.show("writing \(picture.output)")
    let drawn = image.drawn(shape: description.image)
    if features.count == 2 {
      let comparison = FeatureComparison(features[0], features[1])
      try picture.write(
        PictureSheet(
          comparison, of: drawn, name: image.fullName, backends: (backends[0].name, backends[1].name),
          limit: limit ?? Self.defaultLimits.1))
      display.clear()
      print(comparison.summary)
    } else {
      try picture.write(
        PictureSheet(
          features[0], of: drawn, name: image.fullName, backend: backends[0].name,
          limit: limit ?? Self.defaultLimits.0))
      display.clear()
    }
    print("wrote the activations of \(layer.name) (\(layer.kind)) to \(picture.output)")
  }

  private static let severalImages = ValidationError("give exactly one image: a file or an --index")

  /// The image; a folder may have several.
  private func oneImage(for network: Network, _ description: CheckpointDescription) throws -> ShownImage {
    let shown = try images.read(for: network, description)
    guard let image = shown.first, shown.count == 1 else { throw Self.severalImages }
    return image
  }

  private func makeBackends() throws -> [any Backend] {
    guard !backendNames.isEmpty else {
      return [
        try shared.makeBackend(allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
      ]
    }
    return try backendNames.map { name in
      let backend = try shared.makeBackend(named: name, allowsEmulation: compute.allowEmulation)
      if let convolutions = compute.convolutions { try backend.requireAlgorithm(of: convolutions) }
      return backend
    }
  }
}
