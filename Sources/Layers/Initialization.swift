import Operations
import Tensors

/// A distribution from which a parameter's initial values are drawn.
public enum ParameterDistribution: String, Sendable, Codable, CaseIterable {
  /// Uniform on ±√(6 / (fan in + fan out)): Glorot and Bengio 2010, PyTorch's `xavier_uniform_`.
  case glorotUniform = "glorot-uniform"
  /// Uniform on ±√(6 / fan in): He et al. 2015, PyTorch's `kaiming_uniform_` for ReLU.
  case heUniform = "he-uniform"
  /// Normal with variance 1 / fan in, truncated at two standard deviations: LeCun 1998, Flax's default.
  case lecunNormal = "lecun-normal"
  /// Uniform on ±1 / √(fan in): PyTorch's default for biases.
  case fanInUniform = "fan-in-uniform"
  /// 0.
  case zeros

  /// Draws the values of a parameter.
  ///
  /// - Parameters:
  ///   - parameter: Its specification.
  ///   - generator: The source of random numbers.
  /// - Returns: The values in the parameter's plain shape.
  public func values(
    for parameter: ParameterSpecification, using generator: inout PhiloxGenerator
  ) -> Tensor<Float> {
    let fanIn = Double(parameter.fanIn)
    let draw: (inout PhiloxGenerator) -> Double =
      switch self {
      case .glorotUniform: Self.uniform(bound: (6 / (fanIn + Double(parameter.fanOut))).squareRoot())
      case .heUniform: Self.uniform(bound: (6 / fanIn).squareRoot())
      case .fanInUniform: Self.uniform(bound: 1 / fanIn.squareRoot())
      case .lecunNormal: Self.truncatedNormal(deviation: 1 / fanIn.squareRoot())
      case .zeros: { _ in 0 }
      }
    let elements = (0..<parameter.shape.elementCount).map { _ in Float(draw(&generator)) }
    return Tensor(shape: parameter.shape, elements: elements)
  }

  private static func uniform(bound: Double) -> (inout PhiloxGenerator) -> Double {
    { (2 * $0.nextUniform() - 1) * bound }
  }

  /// A normal distribution truncated at two standard deviations has 0.87962566 of the original deviation.
  private static func truncatedNormal(deviation: Double) -> (inout PhiloxGenerator) -> Double {
    { generator in
      var value = generator.nextNormal()
      while abs(value) > 2 { value = generator.nextNormal() }
      return value * deviation / 0.879_625_661_034_239_78
    }
  }
}

/// The initialization of all parameters of a network.
public struct Initialization: Sendable, Equatable, Codable {
  /// The distribution of weights.
  public var weights: ParameterDistribution
  /// The distribution of biases.
  public var biases: ParameterDistribution
  /// Parameters that are initialized to a constant instead, by name.
  public var constants: [String: Double]

  /// Creates an initialization; by default the book's, Glorot uniform with biases of zero.
  public init(
    weights: ParameterDistribution = .glorotUniform, biases: ParameterDistribution = .zeros,
    constants: [String: Double] = [:]
  ) {
    self.weights = weights
    self.biases = biases
    self.constants = constants
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case weights, biases, constants
  }

  /// Reads an initialization; omitted keys have the book's values.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    self.init()
    weights = try values.decodeName(forKey: .weights) ?? weights
    biases = try values.decodeName(forKey: .biases) ?? biases
    constants = try values.decodeIfPresent([String: Double].self, forKey: .constants) ?? constants
  }

  /// Draws the values of one parameter with the generator Philox4x32-10.
  ///
  /// - Parameters:
  ///   - parameter: Its specification.
  ///   - name: Its dotted name.
  ///   - index: Its index among the model's parameters; each has its own sequence of random numbers.
  ///   - seed: The generator's key.
  /// - Returns: The values in the parameter's plain shape.
  public func values(
    for parameter: ParameterSpecification, name: String, index: Int, seed: UInt64
  ) -> Tensor<Float> {
    if let constant = constants[name] ?? parameter.constant {
      return Tensor(shape: parameter.shape, repeating: Float(constant))
    }
    var generator = PhiloxGenerator(seed: seed, purpose: .initialization, index: index)
    let distribution = parameter.role == .weight ? weights : biases
    return distribution.values(for: parameter, using: &generator)
  }
}
