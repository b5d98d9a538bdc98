import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// `nin features`.
struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Draw the activations of a layer, or how two backends differ in them.",
    discussion: """
      A picture for each channel, each number a square: from violet to yellow, or from blue to red around 0 where there are \
      numbers below 0. --layer takes the names that 'nin summary' prints; that of a block, net.2, means the block's last layer. \
      Layers run one by one, as in 'nin trace', so that those which are fused otherwise are seen too.

      With --backends the activations of both are drawn, and their difference, magnified, which has a scale of its own.
      """)

  /// How many channels are drawn unless something else is asked for: of one backend and of two.
  private static let usualLimits = (256, 24)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var picture: PictureOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup(title: "Preparation of images") var normalization: NormalizationOptions

  @Option(help: ArgumentHelp("The layer, such as net.2.0.", valueName: "name"))
  var layer: String

  @Option(
    help: ArgumentHelp("Two backends that are compared, such as dnnl,reference.", valueName: "a,b"))
  var backends: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many channels are drawn, from the first. (default: 256, of two backends 24)", valueName: "channels"
    ))
  var limit: Int?

  @OptionGroup var progress: ProgressOptions

  private var backendNames: [String] {
    backends?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  func validate() throws {
    try requirePositive([("--limit", limit)])
    guard images.count == 1 else {
      throw ValidationError("the activations of one image are drawn: give one image file or one --index")
    }
    guard let backends else { return }
    guard backendNames.count == 2, !backendNames.contains("") else {
      throw ValidationError("--backends is '\(backends)'; two names with a comma between them are needed")
    }
    guard shared.backend == nil else {
      throw ValidationError("--backends names both backends: give no --backend")
    }
  }

  func run() throws {
    let backends = try makeBackends()
    let display = CommandProgress(isQuiet: progress.quiet)
    defer { display.clear() }
    display.show("preparing")
    let checkpoint = try Checkpoint.open(
      picture.checkpoint, imageSize: images.imageSize, given: normalization.given)
    let description = checkpoint.description
    let layer = try LayerFeatures.layer(
      layer, of: description.model.resolved(for: description.image.batched(1)))
    var image: ShownImage?
    let features = try backends.map { backend in
      display.show("computing on \(backend.name)")
      let network = try checkpoint.makeNetwork(
        on: backend, compute, batchSizes: [1], imageCount: 1, keepsActivations: true)
      let shown = try image ?? images.read(for: network, description)[0]
      image = shown
      return try shown.pixels.withPixels { try LayerFeatures(of: layer, for: $0, by: network) }
    }
    guard let image else { return }
    display.show("writing \(picture.output)")
    let seen = image.seen(shape: description.image)
    if features.count == 2 {
      let comparison = FeatureComparison(features[0], features[1])
      try picture.write(
        PictureSheet(
          comparison, of: seen, name: image.fullName, backends: (backends[0].name, backends[1].name),
          limit: limit ?? Self.usualLimits.1))
      display.clear()
      print(comparison.summary)
    } else {
      try picture.write(
        PictureSheet(
          features[0], of: seen, name: image.fullName, backend: backends[0].name,
          limit: limit ?? Self.usualLimits.0))
      display.clear()
    }
    print("the activations of \(layer.name) (\(layer.kind)) are in \(picture.output)")
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
