import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The probability of each class for an image.
public struct Classification: Sendable, Equatable {
  /// The probability of each class; they add up to 1.
  public let probabilities: [Double]
  /// The classes' names, in the same order.
  public let classNames: [String]

  /// A class with its probability.
  public struct Candidate: Sendable, Equatable {
    /// The class's index.
    public let index: Int
    /// Its name.
    public let name: String
    /// Its probability, from 0 to 1.
    public let probability: Double
  }

  /// Creates a classification.
  ///
  /// - Parameters:
  ///   - probabilities: The probability of each class.
  ///   - classNames: The names of the classes, in the same order.
  /// - Precondition: There is at least one class, and a name for each.
  public init(probabilities: [Double], classNames: [String]) {
    precondition(!probabilities.isEmpty && probabilities.count == classNames.count, "a name for each class")
    self.probabilities = probabilities
    self.classNames = classNames
  }

  /// Creates a classification from a network's output by the softmax.
  ///
  /// - Parameters:
  ///   - logits: The logit of each class.
  ///   - classNames: The names of the classes, in the same order.
  /// - Throws: `NetworkError` if a logit is not finite.
  /// - Precondition: There is at least one class, and a name for each.
  public init(logits: [Double], classNames: [String]) throws {
    try requireFinite(logits)
    self.init(probabilities: softmax(logits), classNames: classNames)
  }

  /// The likeliest class; with ties, the first.
  public var best: Candidate { top(1)[0] }

  /// The likeliest classes, the likeliest first.
  ///
  /// - Parameter count: The number of classes; all if there are fewer.
  /// - Returns: The classes; with ties, in the order of classes.
  public func top(_ count: Int) -> [Candidate] {
    probabilities.indices.sorted { (probabilities[$0], -$0) > (probabilities[$1], -$1) }.prefix(max(count, 0))
      .map { Candidate(index: $0, name: classNames[$0], probability: probabilities[$0]) }
  }
}

extension Classification: CustomStringConvertible {
  /// The three likeliest classes with their probabilities, in one line.
  public var description: String { top(3).map(\.description).joined(separator: ", ") }
}

extension Classification.Candidate: CustomStringConvertible {
  /// A class's name for display, on one line.
  package static func printed(_ name: String) -> String { name.onOneLine(atMost: 200) }

  /// The name and the probability in percent: `ankle boot 93.4 %`.
  public var description: String {
    "\(Self.printed(name)) \((1000 * probability).rounded() / 10) %"
  }
}

/// Throws `NetworkError` if a number of a network's output is not finite.
func requireFinite(_ output: [Double]) throws {
  guard output.allSatisfy(\.isFinite) else {
    throw NetworkError.notFinite(reason: "the network's output is NaN or infinite")
  }
}

/// exp(oᵢ) / Σ exp(oⱼ), the book's section 4.1.1.2, computed so that no exponential overflows.
private func softmax(_ logits: [Double]) -> [Double] {
  let largest = logits.max() ?? 0
  let weights = logits.map { exp($0 - largest) }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}
