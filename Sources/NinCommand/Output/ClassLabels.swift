import NetworkInNetwork
import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A class with its predicted probability.
struct RankedClass: Encodable, CustomStringConvertible {
  let name: String
  let index: Int
  let probability: Double

  private enum CodingKeys: String, CodingKey {
    case name = "class"
    case index, probability
  }

  var description: String {
    "\(ClassLabels.printed(name)) \(decimal(100 * probability, places: 1)) %"
  }
}

/// The names of a network's classes.
struct ClassLabels {
  /// The names, which may contain anything if they are from a file.
  let names: [String]

  /// - Parameters:
  ///   - description: The network. If it does not name its classes, ten classes of gray images are Fashion-MNIST's, and
  ///     others are numbered.
  ///   - count: The number of classes.
  init(_ description: CheckpointDescription, count: Int) {
    if description.classNames.count == count {
      names = description.classNames
    } else if description.image[0] == 1 && count == FashionMNIST.classNames.count {
      names = FashionMNIST.classNames
    } else {
      names = (0..<count).map { "class \($0)" }
    }
  }

  /// The names for display.
  var printedNames: [String] { names.map(Self.printed) }

  /// A name for display, on one line.
  static func printed(_ name: String) -> String { name.onOneLine(atMost: 200) }

  /// The most likely classes with their probabilities, the softmax of the logits, in decreasing order.
  ///
  /// - Parameters:
  ///   - logits: The network's output.
  ///   - count: The number of classes to return.
  /// - Returns: The classes.
  /// - Throws: `NetworkError` if a logit is not finite.
  func likeliest(_ logits: [Float], count: Int) throws -> [RankedClass] {
    guard logits.allSatisfy(\.isFinite) else {
      throw NetworkError.notFinite(reason: "the network's output is not a number")
    }
    let largest = logits.max() ?? 0
    let weights = logits.map { exp(Double($0 - largest)) }
    let total = weights.reduce(0, +)
    let order = weights.indices.sorted { weights[$0] > weights[$1] }
    return order.prefix(count).map { index in
      RankedClass(name: names[index], index: index, probability: weights[index] / total)
    }
  }
}
