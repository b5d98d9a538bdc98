import ArgumentParser
import Costs
import ModelOptions
import NetworkInNetwork

/// A value of `--model` or `--compare`: a network of the catalog, or a file.
enum NamedNetwork {
  case model(ModelCatalog)
  case file(String)

  /// - Parameter argument: A name of the catalog, or a path, which contains a '/' or a '.'.
  /// - Throws: `ValidationError` if it is neither.
  init(_ argument: String) throws {
    if let model = ModelCatalog(rawValue: argument) {
      self = .model(model)
    } else if argument.contains("/") || argument.contains(".") {
      self = .file(argument)
    } else {
      let models = ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "unknown network \(argument.quoted); available: \(models), or a file such as mine.safetensors or mine.onnx"
      )
    }
  }

  /// The named network of the catalog; nil for a file.
  var model: ModelCatalog? { if case .model(let model) = self { model } else { nil } }
}

/// A network to summarize, with the size of its images.
struct SummarySubject {
  /// Its name in a title.
  let name: String
  let model: Sequential
  /// C×H×W.
  let image: Shape
  let summary: Summary
  /// The layers without their containers.
  let layers: [ResolvedLayer]
  /// Whether it comes from an ONNX file.
  let isONNX: Bool

  /// The sizes that options give; nil for the network's defaults.
  struct Sizes {
    var imageSize: Int?
    var channels: Int?
    var classes: Int?
  }

  private init(_ name: String, _ model: Sequential, image: Shape, isONNX: Bool = false) throws {
    self.name = name
    self.model = model
    self.image = image
    self.isONNX = isONNX
    summary = try Summary(model, input: image.batched(1))
    layers = try model.resolved(for: image.batched(1))
  }

  /// The operations of the layers on a batch of images per byte that is read or written.
  func operationsPerByte(images: Int, precision: Precision, isTraining: Bool) -> Double {
    ArithmeticIntensity(
      of: layers.map(\.operation), images: images, precision: precision, isTraining: isTraining
    ).operationsPerByte
  }

  /// The names of the parameters.
  var parameterNames: [String] {
    layers.flatMap { layer in layer.operation.parameters.map(layer.parameterName) }
  }

  /// A network of the catalog, or a variant of NiN.
  ///
  /// - Throws: An error with the smallest possible image if the size is too small.
  init(_ choice: ModelChoice, _ sizes: Sizes) throws {
    let model = choice.model(classes: sizes.classes ?? choice.name.defaultClasses)
    let channels = sizes.channels ?? choice.name.defaultChannels
    let size = sizes.imageSize ?? choice.name.defaultImageSize
    do {
      try self.init("\(choice)", model, image: [channels, size, size])
    } catch let error as LayerError {
      throw withSmallestImage(error, model: model, name: "\(choice)", channels: channels, imageSize: size)
    }
  }

  /// The network of a checkpoint.
  ///
  /// - Throws: The errors of the file; an error that names `--image-size` if the network does not accept such images.
  init(checkpoint path: String, imageSize: Int?) throws {
    let description = try Checkpoint.open(path, imageSize: imageSize, given: nil).description
    try self.init(path, description.model, image: description.image)
  }

  /// The network of an ONNX file.
  ///
  /// - Throws: The errors of the file; `ValidationError` if neither it nor an option gives the size of images.
  init(onnx path: String, _ sizes: Sizes) throws {
    let file = try ONNXFile(path: path)
    let declared = file.declaredShape(of: file.inputs[0])?.extents ?? []
    func extent(_ axis: Int) -> Int? { declared.count == 4 ? declared[axis] : nil }
    guard let channels = sizes.channels ?? extent(1) else {
      throw ValidationError("\(path) does not declare the number of channels: add --channels")
    }
    guard let height = sizes.imageSize ?? extent(2), let width = sizes.imageSize ?? extent(3) else {
      throw ValidationError("\(path) does not declare the size of images: add --image-size")
    }
    let network = try file.network(input: [extent(0) ?? 1, channels, height, width])
    try self.init(path, network.model, image: network.image, isONNX: true)
  }

  /// The network of a file, by its extension.
  ///
  /// - Throws: The errors of the file; `ValidationError` if an option does not apply to it.
  init(file path: String, _ sizes: Sizes) throws {
    if sizes.classes != nil {
      throw ValidationError("--classes is only for networks without weights, but \(path) has weights")
    }
    if path.hasSuffix(".onnx") {
      try self.init(onnx: path, sizes)
    } else if sizes.channels == nil {
      try self.init(checkpoint: path, imageSize: sizes.imageSize)
    } else {
      throw ValidationError("--channels is only for networks without weights, but \(path) has weights")
    }
  }

  /// The network of an argument.
  ///
  /// - Throws: As the other initializers.
  init(_ network: NamedNetwork, _ sizes: Sizes) throws {
    switch network {
    case .model(let model): try self.init(ModelChoice(model), sizes)
    case .file(let path): try self.init(file: path, sizes)
    }
  }
}
