extension Sequential {
  private static let kinds: [any Layer.Type] = [
    Sequential.self, Conv2D.self, ReLU.self, MaxPool2D.self, AvgPool2D.self, GlobalAvgPool2D.self,
    Dropout.self, Flatten.self, Dense.self, Softmax.self, BatchNorm2D.self, Sigmoid.self,
  ]

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
      guard let type = Sequential.kinds.first(where: { $0.kind == kind }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .kind, in: container, debugDescription: "there is no layer of the kind '\(kind)'")
      }
      layer = try type.init(from: container.superDecoder(forKey: .value))
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

  /// Decodes layers of the kinds in this module, up to a thousand.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try container.decode([Tagged].self, forKey: .layers).map(\.layer))
    guard count <= Self.largestCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .layers, in: container, debugDescription: "there are more than \(Self.largestCount) layers")
    }
  }

  /// Far more than any chain of layers has, and few enough that sums over them stay within the integers.
  private static let largestCount = 1000

  /// How many layers and containers there are at all depths.
  private var count: Int {
    layers.reduce(0) { $0 + 1 + (($1 as? Sequential)?.count ?? 0) }
  }
}
