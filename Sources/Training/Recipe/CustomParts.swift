extension Recipe {
  /// The parts of a run that a program gives its trainer, and that a recipe can only name.
  ///
  /// The recipe in the folder of such a run names them: the program that began the run repeats it, and nothing else does.
  /// A trainer rejects the recipe unless it is given these parts again.
  public struct CustomParts: Sendable, Equatable {
    /// The layers of a custom network, as Swift source; nil for the recipe's ``Recipe/model``.
    public var network: String?
    /// The type of the custom loss; nil for the recipe's.
    public var loss: String?
    /// The type of the custom update rule; nil for the recipe's ``Recipe/optimizer``.
    public var updateRule: String?
    /// The types of the transforms that are applied after the recipe's ``Recipe/augmentation``.
    public var transforms: [String] = []
    /// Whether the images are given by a program, rather than all those of a folder.
    public var hasImages = false

    /// Names nothing.
    public init() {}

    /// Whether the recipe alone determines the run.
    public var isEmpty: Bool { self == CustomParts() }

    /// Whether a program has to define something other than the images.
    package var hasCode: Bool { network != nil || !functions.isEmpty }

    /// The types of the functions.
    package var functions: [String] { [loss, updateRule].compactMap(\.self) + transforms }

    /// Each part with its type, as part of a sentence: `a custom network and a custom loss (FocalLoss)`.
    package var phrase: String {
      joined(
        [
          network.map { _ in "a custom network" }, loss.map { "a custom loss (\($0))" },
          updateRule.map { "a custom update rule (\($0))" },
          transforms.isEmpty ? nil : "custom transforms (\(transforms.joined(separator: ", ")))",
          hasImages ? "custom images" : nil,
        ].compactMap(\.self), by: "and")
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
      reason: "\(path): the training has \(custom.phrase); only the program that began it repeats it")
  }
}

/// Words in a list, with a conjunction before the last: `a, b and c`.
func joined(_ words: [String], by conjunction: String) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}
