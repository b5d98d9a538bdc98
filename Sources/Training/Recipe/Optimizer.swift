import Backends
import Layers
import Tensors

/// The optimizer (the book's chapter 12); the learning rate and weight decay are separate in a ``Recipe``.
public enum Optimizer: Sendable, Equatable {
  /// Stochastic gradient descent; plain without momentum.
  ///
  /// - Parameters:
  ///   - momentum: The share of the velocity that is kept, 0 to 1.
  ///   - nesterov: Whether to use Nesterov's method, with the gradient ahead of the velocity.
  case sgd(momentum: Double = 0, nesterov: Bool = false)
  /// Adam with decoupled weight decay (Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, 2019).
  ///
  /// - Parameters:
  ///   - beta1: The share of the gradients' mean that is kept.
  ///   - beta2: The share of the mean of their squares that is kept.
  ///   - epsilon: The number added to the root of that mean.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
}

extension Optimizer: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case sgd
    case adamW = "adamw"
  }

  private enum SGDKeys: String, CodingKey, CaseIterable {
    case momentum, nesterov
  }

  private enum AdamWKeys: String, CodingKey, CaseIterable {
    case beta1, beta2, epsilon
  }

  /// Reads `"sgd"`, `"adamw"`, or either with numbers: `{"sgd": {"momentum": 0.9}}`.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.singleValueContainer(), let name = try? container.decode(String.self) {
      switch CodingKeys(rawValue: name) {
      case .sgd: self = .sgd()
      case .adamW: self = .adamW()
      case nil:
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "unknown optimizer \(name.quoted); available: sgd, adamw")
      }
      return
    }
    let container = try decoder.strictContainer(CodingKeys.self)
    guard container.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "needs one of sgd and adamw, but has \(container.allKeys.count)"))
    }
    if container.contains(.adamW) {
      let numbers = try container.superDecoder(forKey: .adamW).strictContainer(AdamWKeys.self)
      self = .adamW(
        beta1: try numbers.decodeIfPresent(Double.self, forKey: .beta1) ?? 0.9,
        beta2: try numbers.decodeIfPresent(Double.self, forKey: .beta2) ?? 0.999,
        epsilon: try numbers.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-8)
    } else {
      let numbers = try container.superDecoder(forKey: .sgd).strictContainer(SGDKeys.self)
      self = .sgd(
        momentum: try numbers.decodeIfPresent(Double.self, forKey: .momentum) ?? 0,
        nesterov: try numbers.decodeIfPresent(Bool.self, forKey: .nesterov) ?? false)
    }
  }

  /// Writes the optimizer's name with its numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .sgd(let momentum, let nesterov):
      var numbers = container.nestedContainer(keyedBy: SGDKeys.self, forKey: .sgd)
      try numbers.encode(momentum, forKey: .momentum)
      try numbers.encode(nesterov, forKey: .nesterov)
    case .adamW(let beta1, let beta2, let epsilon):
      var numbers = container.nestedContainer(keyedBy: AdamWKeys.self, forKey: .adamW)
      try numbers.encode(beta1, forKey: .beta1)
      try numbers.encode(beta2, forKey: .beta2)
      try numbers.encode(epsilon, forKey: .epsilon)
    }
  }
}
