import Datasets
import Layers
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A trained network in a file: a `.safetensors` with PyTorch's key names, plain O×I×H×W in float32.
///
/// Everything else that prediction needs is in the file's metadata under the key `nin`. A file without it, such as one
/// written by PyTorch, is accepted if its tensors are those of a known model: channels and classes are derived from
/// their shapes, and images are not normalized.
public struct Checkpoint: Sendable {
  /// The description of the network.
  public private(set) var description: CheckpointDescription
  private let file: SafetensorsFile
  /// The prefix of the tensors' names that the network's names lack, such as `module.` from PyTorch's DataParallel.
  public let wrapperPrefix: String
  /// Whether the preparation of images is known, from the file or from ``describe(normalization:classNames:resize:)``; a
  /// plain PyTorch state dict does not describe it.
  public private(set) var knowsPreparation: Bool
  private let namePrefix: String
  /// The file's names of layers, by the model's names, if they differ.
  private let layerNames: [String: String]

  /// Opens a file; parameters are read on demand.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - imageSize: Height and width of images, if they differ from the file's; if neither gives them, the model's
  ///     default.
  /// - Throws: ``TrainingError`` or the reader's error if the file is not a checkpoint, ``TrainingError`` if parameters
  ///   depend on the size of images and the given one is another, `LayerError` if the network does not take images of
  ///   the given size.
  public init(path: String, imageSize: PixelSize? = nil) throws {
    file = try SafetensorsFile(path: path)
    layerNames = [:]
    if let json = file.metadata[MetadataKey.network] {
      description = try Self.decoded(json, path: path)
      let stored = StoredNames(file.names, expected: StoredNames.parameters(of: description))
      namePrefix = stored.namePrefix
      wrapperPrefix = stored.wrapperPrefix
      knowsPreparation = true
    } else {
      let file = file
      guard file.metadata[MetadataKey.trainingState] == nil else {
        throw TrainingError.unsupported(
          path: path,
          reason:
            "\(path) is a training state, not a network; the network after the last complete epoch is in "
            + "checkpoint.safetensors next to it")
      }
      let inferred = try InferredModel(
        path: path, imageSize: imageSize, names: file.names
      ) { try file.shape(of: $0) }
      description = inferred.description
      namePrefix = inferred.namePrefix
      wrapperPrefix = inferred.wrapperPrefix
      knowsPreparation = false
    }
    try requireSound()
    if let imageSize { try resize(imagesTo: imageSize) }
  }

  /// Opens a file of a network that the caller describes, such as the state dict of a PyTorch network.
  ///
  /// The tensors have PyTorch's names for a `Sequential`: `net.0.weight`, `0.weight`, or either with a prefix that all have
  /// in common. If the PyTorch module names its layers, `layerNames` maps the model's names to the file's:
  ///
  /// ```swift
  /// let model = Sequential(Conv2D(8, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten(), Dense(10))
  /// let description = CheckpointDescription(
  ///   model: model, image: [1, 28, 28], classNames: FashionMNIST.classNames, normalization: .none)
  /// let checkpoint = try Checkpoint(
  ///   path: "mine.safetensors", describedBy: description, layerNames: ["net.0": "conv", "net.4": "head"])
  /// ```
  ///
  /// As in PyTorch's `load_state_dict`, the file must have exactly the network's parameters and running statistics. With
  /// `ignoresOtherTensors` it may have more, such as those of an auxiliary head, but then a description that lacks a layer
  /// of the file goes unnoticed. A description in the file's metadata is ignored.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - description: The network, and the preparation of its images.
  ///   - layerNames: The file's names of layers, by the model's names, if they differ.
  ///   - ignoresOtherTensors: Whether the file may have tensors that the network does not have.
  /// - Throws: `LayerError` if the images do not fit the network; ``TrainingError`` with the missing, unexpected and
  ///   misshapen tensors, or with a name in `layerNames` that is not one of the network's layers with parameters; the
  ///   reader's error if the file is not a `.safetensors`.
  public init(
    path: String, describedBy description: CheckpointDescription, layerNames: [String: String] = [:],
    ignoresOtherTensors: Bool = false
  ) throws {
    file = try SafetensorsFile(path: path)
    self.description = description
    self.layerNames = layerNames
    knowsPreparation = true
    if let problem = description.problem {
      throw TrainingError.mismatch(reason: "the description for \(path) cannot be used: \(problem)")
    }
    let expected = try StoredNames.tensors(of: description)
    try Self.requireLayers(named: layerNames.keys, among: expected.map(\.name), path: path)
    let stored = StoredNames(
      file.names, expected: expected.map { (Self.renamed($0.name, layerNames), $0.shape) })
    namePrefix = stored.namePrefix
    wrapperPrefix = stored.wrapperPrefix
    var given: [String: Shape] = [:]
    let needed = Set(expected.map { storedName($0.name) })
    for name in file.names where !ignoresOtherTensors || needed.contains(name) {
      given[name] = try file.shape(of: name)
    }
    let differences = TensorDifferences(
      model: "the described network", expected: expected.map { (storedName($0.name), $0.shape) }, given: given
    )
    guard differences.isEmpty else {
      let remedy = differences.isSurplusOnly ? "; ignoresOtherTensors: true skips them" : ""
      throw TrainingError.unsupported(path: path, reason: "\(path) does not fit: \(differences)\(remedy)")
    }
  }

  /// Requires that names are those of layers with tensors.
  private static func requireLayers(
    named names: some Sequence<String>, among tensors: [String], path: String
  ) throws {
    var layers: [String] = []
    for layer in tensors.map(layer) where layers.last != layer { layers.append(layer) }
    guard let unknown = names.filter({ !layers.contains($0) }).min() else { return }
    let known =
      layers.isEmpty
      ? "the network has no layers with parameters"
      : "the network's layers with parameters are \(layers.joined(separator: ", "))"
    throw TrainingError.unknownName(
      unknown, available: layers,
      reason: "\(path) cannot be read: layerNames has \(unknown.quoted), but \(known)")
  }

  /// The name of a tensor's layer.
  private static func layer(of tensor: String) -> String {
    String(tensor[..<(tensor.lastIndex(of: ".") ?? tensor.startIndex)])
  }

  /// The description in a file's metadata.
  private static func decoded(_ json: String, path: String) throws -> CheckpointDescription {
    do {
      return try JSONDecoder.ofAnyVersion.decode(CheckpointDescription.self, from: Data(json.utf8))
    } catch let error as UnknownLayer {
      throw TrainingError.unknownLayer(path: path, kind: error.kind)
    } catch let error as UnreadableLayer where !error.isBuiltIn {
      throw TrainingError.unsupported(path: path, reason: "\(path) cannot be used: \(error)")
    } catch {
      let cause = (error as? UnreadableLayer).map { " (\($0))" } ?? ""
      throw TrainingError.damaged(
        path: path,
        reason:
          "\(path) is damaged: the description of the network in its metadata, under the key \(MetadataKey.network), cannot be "
          + "read\(cause); without metadata, networks are recognized by their tensors: in Python, "
          + "save_file(load_file(\"\(path)\"), \"copy.safetensors\") drops it")
    }
  }

  /// Requires that the file's images suit the network, and that it has the network's parameters.
  private func requireSound() throws {
    if let problem = description.problem { throw damaged(problem) }
    do {
      _ = try description.model.resolved(for: description.image.batched(1))
    } catch let error as LayerError {
      throw damaged("\(error)")
    }
    let expected = StoredNames.parameters(of: description)
    var given: [String: Shape] = [:]
    for (name, _) in expected { given[name] = try shape(of: name) }
    let differences = TensorDifferences(
      model: "the network in its metadata", expected: expected, given: given)
    guard differences.isEmpty else {
      throw TrainingError.unsupported(path: file.path, reason: "\(file.path) does not fit: \(differences)")
    }
  }

  private func damaged(_ problem: String) -> TrainingError {
    .damaged(path: file.path, reason: "\(file.path) is damaged: \(problem)")
  }

  /// Changes the size of images.
  ///
  /// - Throws: `LayerError` if they do not fit the layers, ``TrainingError`` if other parameters would be needed.
  private mutating func resize(imagesTo size: PixelSize) throws {
    let usual = description
    description.image = [usual.image[0], size.height, size.width]
    let shapes = try StoredNames.tensors(of: description).map(\.shape)
    guard try shapes == StoredNames.tensors(of: usual).map(\.shape) else {
      throw TrainingError.unsuitableInput(
        reason:
          "\(file.path) takes images of \(PixelSize(height: usual.image[1], width: usual.image[2])) only, not \(size): "
          + "parameters of its layers depend on the size")
    }
  }

  /// Replaces the file's preparation of images and class names.
  ///
  /// - Parameters:
  ///   - normalization: The normalization.
  ///   - classNames: The classes' names, empty if unknown; nil to keep the file's.
  ///   - resize: The resizing method; nil to keep the file's.
  public mutating func describe(
    normalization: Normalization, classNames: [String]? = nil, resize: ResizeMethod? = nil
  ) {
    description.normalization = normalization
    description.classNames = classNames ?? description.classNames
    description.resize = resize ?? description.resize
    knowsPreparation = true
  }

  /// Replaces the file's class names.
  ///
  /// - Parameter classNames: The classes' names; empty if unknown.
  public mutating func describe(classNames: [String]) {
    description.classNames = classNames
  }

  /// Reads one parameter, or a tensor of the state.
  ///
  /// - Parameters:
  ///   - name: Its name in the model: `net.0.0.weight`.
  ///   - type: The type to convert to; Double represents every type of the file exactly.
  /// - Returns: The values in the parameter's plain shape.
  /// - Throws: The reader's error if the tensor is missing or cannot be read.
  public func parameter<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    try file.tensor(storedName(name), as: type)
  }

  /// The name in the file of one of the network's tensors.
  private func storedName(_ name: String) -> String {
    let name = Self.renamed(name, layerNames)
    return wrapperPrefix + name.dropFirst(name.hasPrefix(namePrefix) ? namePrefix.count : 0)
  }

  /// The name of a tensor whose layer may have another name in the file.
  private static func renamed(_ name: String, _ layerNames: [String: String]) -> String {
    let layer = layer(of: name)
    return layerNames[layer].map { $0 + name.dropFirst(layer.count) } ?? name
  }

  /// Copies the file's parameters into a network.
  public func load(into network: Network) throws {
    do {
      try network.setParameters { try parameter($0) }
      try network.setState(state)
    } catch let error as NetworkError {
      throw TrainingError.mismatch(reason: "\(file.path) does not fit: \(error)")
    }
  }

  /// Reads a tensor of the state.
  func state(_ name: String) throws -> Tensor<Double> {
    guard file.names.contains(storedName(name)) else {
      throw TrainingError.unsupported(
        path: file.path,
        reason:
          "\(file.path) has no \(name); batch normalization without running statistics (track_running_stats=False) is "
          + "not supported")
    }
    return try parameter(name, as: Double.self)
  }

  /// Writes a network to a file, which appears complete or not at all.
  ///
  /// - Throws: `UnknownLayer` or `DuplicateLayerKind` if a layer is not registered, so that the file could not be read;
  ///   `NetworkError` if a parameter has no values; the errors of the file.
  public static func write(
    _ network: Network, description: CheckpointDescription, to path: String
  ) throws {
    try stage(network, description: description, for: path).commit()
  }

  /// Writes a network to a file that gets its final name later.
  static func stage(
    _ network: Network, description: CheckpointDescription, for path: String
  ) throws -> StagedFile {
    try description.model.requireRegistered()
    try network.requireValues()
    let state = network.storedState()
    return try Safetensors.stage(
      tensors: network.lazyParameters + state.tensors, counts: state.counts,
      metadata: metadata(description), for: path)
  }

  private static func metadata(_ description: CheckpointDescription) throws -> [String: String] {
    let json = String(decoding: try JSONEncoder.sorted.encode(description), as: UTF8.self)
    return [MetadataKey.network: json, "format": "pt"]
  }

  /// The shape of a parameter; nil if the file does not have it.
  func shape(of name: String) throws -> Shape? {
    let stored = storedName(name)
    return file.names.contains(stored) ? try file.shape(of: stored) : nil
  }
}

extension JSONEncoder {
  /// An encoder that gives the same bytes for the same values.
  static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return encoder
  }
}
