import ArgumentParser
import NetworkInNetwork

/// One layer in a line: `conv --input 32x96x54x54 --channels 256 --kernel 5 --padding 2`.
struct LayerOptions: ParsableArguments {
  /// The kind of layer.
  enum Kind: String, CaseIterable {
    case convolution = "conv"
    case dense
    case maxPooling = "max-pool"
    case averagePooling = "avg-pool"
    case batchNormalization = "batch-norm"
    case relu, sigmoid
  }

  @Argument(
    help: ArgumentHelp(
      "The kind of layer: conv, dense, max-pool, avg-pool, batch-norm, relu, sigmoid.", valueName: "kind"),
    transform: Self.kind)
  var kind: Kind

  @Option(
    help: ArgumentHelp(
      "Images, channels, height and width, as 32x96x54x54; for dense, images and features, as 128x6400.",
      valueName: "extents"))
  var input: Extents

  @Option(parsing: .unconditional, help: "conv: the output's channels.")
  var channels: Int?

  @Option(parsing: .unconditional, help: "dense: the output's features.")
  var features: Int?

  @Option(
    help: ArgumentHelp("conv, max-pool, avg-pool: the window, such as 5 or 3x5.", valueName: "extents"))
  var kernel: Extents?

  @Option(
    help: ArgumentHelp(
      "conv, max-pool, avg-pool: steps between windows. (default: 1; for pooling the kernel)",
      valueName: "extents"))
  var stride: Extents?

  @Option(
    help: ArgumentHelp(
      "conv, max-pool, avg-pool: rows and columns added on each side. (default: 0)", valueName: "extents"))
  var padding: Extents?

  @Option(
    help: ArgumentHelp(
      "conv, max-pool, avg-pool: steps between taps. (default: 1)", valueName: "extents"))
  var dilation: Extents?

  @Option(parsing: .unconditional, help: "conv: groups of channels. (default: 1)")
  var groups: Int?

  @Flag(name: .customLong("relu"), help: "conv: fuse a ReLU into it.")
  var hasReLU = false

  /// The operation with all its sizes.
  ///
  /// - Throws: `ValidationError` for an option that is missing or of another layer, and `GeometryError` for sizes that
  ///   do not fit each other.
  func operation() throws -> NetworkInNetwork.TensorOperation {
    try requireOwnOptions()
    let shape = Shape(input.values)
    let operation: NetworkInNetwork.TensorOperation
    switch kind {
    case .convolution:
      operation = .convolution(
        try ConvolutionGeometry(
          input: shape, outputChannels: try required(channels, "--channels"), window: try window(stride: 1),
          groups: groups ?? 1), activation: hasReLU ? .relu : nil)
    case .dense:
      operation = .dense(
        try DenseGeometry(input: shape, outputFeatures: try required(features, "--features")))
    case .maxPooling:
      operation = .maxPooling(try PoolingGeometry(input: shape, window: try window(stride: nil)))
    case .averagePooling:
      operation = .averagePooling(
        try PoolingGeometry(input: shape, window: try window(stride: nil)), countsPadding: true)
    case .batchNormalization:
      operation = .batchNormalization(try BatchNormalizationGeometry(input: shape))
    case .relu, .sigmoid:
      guard shape.extents.allSatisfy({ $0 > 0 }), shape.isCountable else {
        throw GeometryError.unsuitableInput(shape, reason: "an input of \(shape) is empty or too large")
      }
      operation = kind == .relu ? .relu(shape) : .sigmoid(shape)
    }
    try requireCountable(operation)
    return operation
  }

  private static func kind(_ name: String) throws -> Kind {
    guard let kind = Kind(rawValue: name) else {
      let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown layer \(name.quoted); available: \(names)")
    }
    return kind
  }

  private func window(stride usual: Extent2D?) throws -> SlidingWindow {
    let kernel = try required(self.kernel, "--kernel").plane("--kernel")
    let padding = try self.padding?.plane("--padding") ?? 0
    return try SlidingWindow(
      kernel: kernel, stride: try stride?.plane("--stride") ?? usual ?? kernel,
      padding: Padding(
        top: padding.height, bottom: padding.height, left: padding.width, right: padding.width),
      dilation: try dilation?.plane("--dilation") ?? 1)
  }

  private func required<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else { throw ValidationError("\(kind.rawValue) needs \(name)") }
    return value
  }

  private func requireOwnOptions() throws {
    let windowed: [Kind] = [.convolution, .maxPooling, .averagePooling]
    let owners: [(String, Bool, [Kind])] = [
      ("--channels", channels != nil, [.convolution]), ("--features", features != nil, [.dense]),
      ("--kernel", kernel != nil, windowed), ("--stride", stride != nil, windowed),
      ("--padding", padding != nil, windowed), ("--dilation", dilation != nil, windowed),
      ("--groups", groups != nil, [.convolution]), ("--relu", hasReLU, [.convolution]),
    ]
    if let (name, _, _) = owners.first(where: { $0.1 && !$0.2.contains(kind) }) {
      throw ValidationError("\(kind.rawValue) does not take \(name)")
    }
  }

  /// Requires that the operations of a pass can be counted in 64 bits, and finish within days.
  private func requireCountable(_ operation: NetworkInNetwork.TensorOperation) throws {
    guard case .convolution(let geometry, _) = operation else { return }
    let products =
      Double(geometry.outputShape.elementCount) * Double(geometry.inputChannelsPerGroup)
      * Double(geometry.window.kernel.height) * Double(geometry.window.kernel.width)
    guard products < 1e17 else {
      throw GeometryError.tooLarge(
        reason: "a pass has more than 10¹⁷ products, which would take days; describe a smaller layer")
    }
  }
}

/// Whole numbers with an x between them: `32x96x54x54`, `3x5`, `5`.
struct Extents: ExpressibleByArgument, Equatable {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
    values = parts.compactMap { Int($0) }
    guard values.count == parts.count else { return nil }
  }

  /// A height and a width; one number is both.
  ///
  /// - Throws: `ValidationError` with the option's name if there are more than two.
  func plane(_ option: String) throws -> Extent2D {
    guard values.count <= 2 else {
      throw ValidationError("\(option) has \(values.count) numbers; it takes one, or height and width as 3x5")
    }
    return Extent2D(values[0], values[values.count - 1])
  }
}
