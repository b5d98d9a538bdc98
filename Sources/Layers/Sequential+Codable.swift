import Synchronization

extension Sequential {
  private static let builtInKinds: [any Layer.Type] = [
    Sequential.self, Conv2D.self, ReLU.self, MaxPool2D.self, AvgPool2D.self, GlobalAvgPool2D.self,
    Dropout.self, Flatten.self, Dense.self, Softmax.self, BatchNorm2D.self, Sigmoid.self,
  ]

  private static let kinds = Mutex(builtInKinds)

  /// Registers a kind of layer, so that it can be written to files and read back.
  ///
  /// A program calls this for each custom layer, before it trains or opens a checkpoint. Registering a layer again changes
  /// nothing.
  ///
  /// - Parameter kind: The layer's type.
  /// - Throws: ``DuplicateLayerKind`` if another layer, such as a built-in one, is registered under its `kind`.
  public static func register(_ kind: any Layer.Type) throws {
    try kinds.withLock { kinds in
      guard let known = kinds.first(where: { $0.kind == kind.kind }) else { return kinds.append(kind) }
      guard known == kind else { throw DuplicateLayerKind(kind: kind.kind, layer: "\(kind)") }
    }
  }

  private static func registered(_ name: String) throws -> any Layer.Type {
    guard let kind = kinds.withLock({ $0.first { $0.kind == name } }) else { throw UnknownLayer(kind: name) }
    return kind
  }

  /// Requires that the layers can be written to a file and read back.
  ///
  /// - Throws: ``UnknownLayer`` if a layer's kind is not registered, ``DuplicateLayerKind`` if it is registered for
  ///   another layer.
  public func requireRegistered() throws {
    for layer in layers {
      let kind = type(of: layer)
      guard try Self.registered(kind.kind) == kind else {
        throw DuplicateLayerKind(kind: kind.kind, layer: "\(kind)")
      }
      try (layer as? Sequential)?.requireRegistered()
    }
  }

  private enum CodingKeys: String, CodingKey {
    case layers
  }

  /// A layer with the name of its kind.
  private struct Tagged: Codable {
    enum CodingKeys: String, CodingKey {
      case kind
      case value
    }

    let layer: any Layer

    init(_ layer: any Layer) {
      self.layer = layer
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let kind = try container.decode(String.self, forKey: .kind)
      guard decoder.codingPath.count < 64 else {
        throw DecodingError.dataCorruptedError(
          forKey: .kind, in: container, debugDescription: "layers are nested too deeply")
      }
      let type = try Sequential.registered(kind)
      do {
        layer = try type.init(from: container.superDecoder(forKey: .value))
      } catch let error as DecodingError where type != Sequential.self {
        throw UnreadableLayer(
          kind: kind, isBuiltIn: Sequential.builtInKinds.contains { $0 == type }, error,
          depth: decoder.codingPath.count + 1)
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(type(of: layer).kind, forKey: .kind)
      try layer.encode(to: container.superEncoder(forKey: .value))
    }
  }

  /// Encodes the layers, each with the name of its kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers.map(Tagged.init), forKey: .layers)
  }

  /// Decodes layers of this module's kinds and of those that were registered, up to a thousand.
  ///
  /// - Throws: ``UnknownLayer`` if a layer is of another kind, ``UnreadableLayer`` if its values are not those of its kind;
  ///   `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try container.decode([Tagged].self, forKey: .layers).map(\.layer))
    guard count <= Self.maximumCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .layers, in: container, debugDescription: "there are more than \(Self.maximumCount) layers")
    }
  }

  /// Far more layers than any model has, and few enough that sums over them do not overflow.
  private static let maximumCount = 1000

  /// The number of layers and containers at all depths.
  private var count: Int {
    layers.reduce(0) { $0 + 1 + (($1 as? Sequential)?.count ?? 0) }
  }
}
