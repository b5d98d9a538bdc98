import Layers
import Tensors

extension Recipe {
  /// The parts of a run that a program gives its trainer, and that a recipe can only name.
  ///
  /// The recipe in the folder of such a run names them: only the program that started the run can reproduce it. A trainer
  /// rejects the recipe unless it is given the same network, and functions and transforms of these types; the images can be
  /// any.
  public struct CustomParts: Sendable, Equatable {
    /// The layers of a custom network, as Swift source; nil for the recipe's ``Recipe/model``.
    public var network: String?
    /// The type of the custom loss; nil for the recipe's.
    public var loss: String?
    /// The type of the custom update rule; nil for the recipe's ``Recipe/optimizer``.
    public var updateRule: String?
    /// The types of the transforms that are applied after the recipe's ``Recipe/augmentation``.
    public var transforms: [String] = []
    /// Whether the images are given by a program, rather than the training and test images of a folder.
    public var hasImages = false

    /// Names nothing.
    public init() {}

    /// Whether the recipe alone determines the run.
    public var isEmpty: Bool { self == CustomParts() }

    /// The recipe's keys that name the parts.
    private var keys: [String] {
      let keys: [(Recipe.CodingKeys, Bool)] = [
        (.model, network != nil), (.loss, loss != nil), (.updateRule, updateRule != nil),
        (.transforms, !transforms.isEmpty), (.images, hasImages),
      ]
      return keys.filter(\.1).map(\.0.rawValue)
    }

    /// The keys with their parts, as the start of a sentence: `'loss' names a custom loss (FocalLoss)`.
    package var namingPhrase: String {
      "\(joined(keys.map(\.quoted), by: "and")) \(keys.count == 1 ? "names" : "name") \(phrase)"
    }

    /// A network as a recipe names it: shortened, since a checkpoint has all its layers.
    static func name(of network: Sequential) -> String { network.line.onOneLine(atMost: 4000) }

    /// Requires the network that the recipe names, if it names one.
    ///
    /// - Throws: ``TrainingError`` if the given one has other layers.
    func requireNetwork(_ given: Sequential) throws {
      guard let network, network != Self.name(of: given) else { return }
      throw TrainingError.mismatch(
        reason:
          "the recipe names a custom network with other layers than the given network; pass the same network as `model`, or "
          + "set the recipe's `custom.network` to nil")
    }

    /// Whether a program has to define something other than the images.
    package var hasCode: Bool { network != nil || !functions.isEmpty }

    /// The types of the functions.
    package var functions: [String] { [loss, updateRule].compactMap(\.self) + transforms }

    /// Each part with its type, as part of a sentence: `a custom network and a custom loss (FocalLoss)`.
    package var phrase: String {
      let parts = [
        network.map { _ in "a custom network" }, loss.map { "a custom loss (\($0))" },
        updateRule.map { "a custom update rule (\($0))" },
        transforms.isEmpty ? nil : "custom transforms (\(transforms.joined(separator: ", ")))",
        hasImages ? "custom images" : nil,
      ]
      return joined(parts.compactMap(\.self), by: "and").onOneLine(atMost: 1000)
    }
  }

  /// The network's name, for display: the model's, or that it is custom.
  package var networkName: String { custom.network == nil ? "\(model)" : "custom network" }

  /// The network's name and those of custom functions, for display: `custom network, FocalLoss`.
  package var subject: String { ([networkName] + custom.functions).joined(separator: ", ") }

  /// Requires that the recipe alone determines the network and its training.
  ///
  /// - Parameter path: Its file, for the error.
  /// - Throws: ``TrainingError`` that names what a program has to define.
  package func requireNoCode(path: String) throws {
    guard custom.hasCode else { return }
    throw TrainingError.invalidRecipe(
      reason: "\(path) cannot be used: \(custom.namingPhrase), which only a program can provide")
  }
}

/// Words in a list, with a conjunction before the last: `a, b and c`.
func joined(_ words: [String], by conjunction: String) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}
