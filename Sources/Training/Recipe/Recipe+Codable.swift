import Backends
import Layers
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Recipes in JSON.
///
/// Omitted keys have the book's values, except the image size, which is the default of the recipe's network. An unknown
/// key is an error.
extension Recipe: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case tab, model, layers, loss, updateRule, transforms, images, weights, frozen
    case imageSize, batchSize, epochs
    case optimizer, learningRate, weightDecay, decaysBiases, maximumGradientNorm, labelSmoothing,
      averageDecay, patience
    case validationSplit, augmentation, initialization, normalization
    case seed, trainingLimit, testLimit
    case data, channels, testSplit, backend, precision, microBatch, convolutions
  }

  /// The keys of what only a program can provide, which are absent from other recipes.
  static let customKeys: Set<CodingKeys> = [.layers, .loss, .updateRule, .transforms, .images]

  /// The value of a network or of images that a program provides.
  private static let customName = "custom"

  /// The keys that versions before 0.5 had instead of ``Recipe/optimizer``.
  private enum RetiredKeys: String, CodingKey, CaseIterable {
    case momentum, nesterov
  }

  /// Reads a recipe.
  public init(from decoder: any Decoder) throws {
    let isState = JSONDecoder.isOfTrainingStates(decoder)
    let values = try decoder.strictContainer(
      CodingKeys.self, retired: isState ? RetiredKeys.allCases.map(\.rawValue) : [], unlisted: Self.customKeys
    )
    func value<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    self.init()
    tab = try values.decodeName(forKey: .tab)
    custom = try Self.customParts(values)
    if custom.network == nil { model = try value(.model, model) }
    weights = try values.decodeIfPresent(String.self, forKey: .weights)
    frozen = try value(.frozen, frozen)
    imageSize = try value(.imageSize, model.name.defaultImageSize)
    batchSize = try value(.batchSize, batchSize)
    epochs = try value(.epochs, epochs)
    optimizer = try value(.optimizer, isState ? Self.retiredOptimizer(decoder) : optimizer)
    learningRate = try value(.learningRate, learningRate)
    weightDecay = try value(.weightDecay, weightDecay)
    decaysBiases = try value(.decaysBiases, decaysBiases)
    maximumGradientNorm = try values.decodeIfPresent(Double.self, forKey: .maximumGradientNorm)
    labelSmoothing = try value(.labelSmoothing, labelSmoothing)
    averageDecay = try values.decodeIfPresent(Double.self, forKey: .averageDecay)
    patience = try values.decodeIfPresent(Int.self, forKey: .patience)
    validationSplit = try value(.validationSplit, validationSplit)
    augmentation = try value(.augmentation, augmentation)
    initialization = try value(.initialization, initialization)
    normalization = try values.decodeIfPresent(NormalizationChoice.self, forKey: .normalization)
    seed = try value(.seed, seed)
    trainingLimit = try values.decodeIfPresent(Int.self, forKey: .trainingLimit)
    testLimit = try values.decodeIfPresent(Int.self, forKey: .testLimit)
    computation.data = try values.decodeIfPresent(String.self, forKey: .data)
    computation.channels = try values.decodeIfPresent(Int.self, forKey: .channels)
    computation.testSplit = try values.decodeIfPresent(Double.self, forKey: .testSplit)
    computation.backend = try values.decodeIfPresent(String.self, forKey: .backend)
    computation.precision = try values.decodeName(forKey: .precision)
    computation.microBatch = try values.decodeIfPresent(Int.self, forKey: .microBatch)
    computation.convolutions = try values.decodeName(forKey: .convolutions)
  }

  private static func customParts(_ values: KeyedDecodingContainer<CodingKeys>) throws -> CustomParts {
    var parts = CustomParts()
    parts.network = try customNetwork(values)
    parts.loss = try values.decodeIfPresent(String.self, forKey: .loss)
    parts.updateRule = try values.decodeIfPresent(String.self, forKey: .updateRule)
    parts.transforms = try values.decodeIfPresent([String].self, forKey: .transforms) ?? []
    let names: [(CodingKeys, [String])] = [
      (.layers, [parts.network].compactMap(\.self)), (.loss, [parts.loss].compactMap(\.self)),
      (.updateRule, [parts.updateRule].compactMap(\.self)), (.transforms, parts.transforms),
    ]
    for (key, names) in names where names.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: "the name is empty")
    }
    if let images = try values.decodeIfPresent(String.self, forKey: .images) {
      guard images == customName else {
        throw DecodingError.dataCorruptedError(
          forKey: .images, in: values,
          debugDescription:
            "expected \(customName.quoted) or null, not \(images.quoted); the folder of images is 'data'")
      }
      parts.hasImages = true
    }
    return parts
  }

  /// The layers of a custom network; nil if the recipe has a network of the catalog.
  private static func customNetwork(_ values: KeyedDecodingContainer<CodingKeys>) throws -> String? {
    let isCustom = (try? values.decodeIfPresent(String.self, forKey: .model)) == customName
    let layers = try values.decodeIfPresent(String.self, forKey: .layers)
    guard isCustom == (layers != nil) else {
      throw DecodingError.dataCorruptedError(
        forKey: isCustom ? .model : .layers, in: values,
        debugDescription: isCustom
          ? "'\(customName)' requires 'layers', which describes the network that a program provides"
          : "requires the model '\(customName)', a network that a program provides")
    }
    return layers
  }

  private static func retiredOptimizer(_ decoder: any Decoder) throws -> Optimizer {
    let values = try decoder.container(keyedBy: RetiredKeys.self)
    return .sgd(
      momentum: try values.decodeIfPresent(Double.self, forKey: .momentum) ?? 0,
      nesterov: try values.decodeIfPresent(Bool.self, forKey: .nesterov) ?? false)
  }

  /// Writes all values that are present; the initialization only without a tab, which determines it.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(tab, forKey: .tab)
    try encodeCustomParts(to: &values)
    try values.encodeIfPresent(weights, forKey: .weights)
    try values.encode(frozen, forKey: .frozen)
    try values.encode(imageSize, forKey: .imageSize)
    try values.encode(batchSize, forKey: .batchSize)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(optimizer, forKey: .optimizer)
    try values.encode(learningRate, forKey: .learningRate)
    try values.encode(weightDecay, forKey: .weightDecay)
    try values.encode(decaysBiases, forKey: .decaysBiases)
    try values.encodeIfPresent(maximumGradientNorm, forKey: .maximumGradientNorm)
    try values.encode(labelSmoothing, forKey: .labelSmoothing)
    try values.encodeIfPresent(averageDecay, forKey: .averageDecay)
    try values.encodeIfPresent(patience, forKey: .patience)
    try values.encode(validationSplit, forKey: .validationSplit)
    try values.encode(augmentation, forKey: .augmentation)
    if tab == nil { try values.encode(initialization, forKey: .initialization) }
    try values.encodeIfPresent(normalization, forKey: .normalization)
    try values.encode(seed, forKey: .seed)
    try values.encodeIfPresent(trainingLimit, forKey: .trainingLimit)
    try values.encodeIfPresent(testLimit, forKey: .testLimit)
    try values.encodeIfPresent(computation.data, forKey: .data)
    try values.encodeIfPresent(computation.channels, forKey: .channels)
    try values.encodeIfPresent(computation.testSplit, forKey: .testSplit)
    try values.encodeIfPresent(computation.backend, forKey: .backend)
    try values.encodeIfPresent(computation.precision, forKey: .precision)
    try values.encodeIfPresent(computation.microBatch, forKey: .microBatch)
    try values.encodeIfPresent(computation.convolutions, forKey: .convolutions)
  }

  private func encodeCustomParts(to values: inout KeyedEncodingContainer<CodingKeys>) throws {
    if let network = custom.network {
      try values.encode(Self.customName, forKey: .model)
      try values.encode(network, forKey: .layers)
    } else {
      try values.encode(model, forKey: .model)
    }
    try values.encodeIfPresent(custom.loss, forKey: .loss)
    try values.encodeIfPresent(custom.updateRule, forKey: .updateRule)
    if !custom.transforms.isEmpty { try values.encode(custom.transforms, forKey: .transforms) }
    if custom.hasImages { try values.encode(Self.customName, forKey: .images) }
  }
}

extension JSONDecoder {
  private static let stateKey = "nin.is-training-state"

  /// A decoder of training states, which may be from older versions.
  static var ofTrainingStates: JSONDecoder {
    let decoder = ofAnyVersion
    if let key = CodingUserInfoKey(rawValue: stateKey) { decoder.userInfo[key] = true }
    return decoder
  }

  /// Whether a training state is decoded.
  static func isOfTrainingStates(_ decoder: any Decoder) -> Bool {
    decoder.userInfo.keys.contains { $0.rawValue == stateKey }
  }
}

extension NormalizationChoice: Codable {
  private static let measuredName = "measured"

  /// Reads `"measured"`, or `{"mean": [0.286], "deviation": [0.353]}`.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.singleValueContainer(), let name = try? container.decode(String.self) {
      guard name == Self.measuredName else {
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription: "\(name.quoted) is neither 'measured' nor {mean: […], deviation: […]}"
        )
      }
      self = .measured
    } else {
      self = .fixed(try Normalization(from: decoder))
    }
  }

  /// Writes the form that is read.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .fixed(let normalization): try normalization.encode(to: encoder)
    case .measured:
      var container = encoder.singleValueContainer()
      try container.encode(Self.measuredName)
    }
  }
}
