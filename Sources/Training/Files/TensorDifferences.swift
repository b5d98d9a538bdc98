import Tensors

/// The differences between the tensors of a file and those of a model.
struct TensorDifferences: CustomStringConvertible {
  /// The model's name.
  let model: String
  /// The number of names in both.
  let common: Int
  private let missing: [String]
  private let surplus: [String]
  private let misshapen: [String]

  /// The number of names that are listed; more are only counted.
  private static let shown = 8

  init(model: String, expected: [(name: String, shape: Shape)], given: [String: Shape]) {
    self.model = model
    let names = Set(expected.map(\.name))
    missing = expected.map(\.name).filter { given[$0] == nil }
    surplus = given.keys.filter { !names.contains($0) }.sorted()
    misshapen = expected.compactMap { name, shape in
      guard let found = given[name], found != shape else { return nil }
      return "\(name) is \(found), not \(shape)"
    }
    common = expected.count - missing.count
  }

  /// The number of names in both whose shapes differ.
  var misshapenCount: Int { misshapen.count }

  /// Whether there are no differences.
  var isEmpty: Bool { missing.isEmpty && surplus.isEmpty && misshapen.isEmpty }

  /// Whether the only differences are tensors that the model does not have.
  var isSurplusOnly: Bool { missing.isEmpty && misshapen.isEmpty && !surplus.isEmpty }

  /// Whether most tensors of the model or of the file are in both.
  var isSimilar: Bool { common > missing.count || common > surplus.count }

  /// The names of a file whose tensors resemble those of no model, for the end of a message.
  static func names(_ names: [String]) -> String {
    names.isEmpty
      ? "; it has no tensors"
      : "; it has \(list(names.sorted())), where names such as net.0.0.weight or net.0.weight are expected"
  }

  private static func list(_ names: [String]) -> String {
    let rest = names.count > shown ? " and \(names.count - shown) more" : ""
    return names.prefix(shown).map { $0.onOneLine(atMost: 80) }.joined(separator: ", ") + rest
  }

  var description: String {
    let parts = [
      ("it lacks", missing), ("it has unexpected", surplus), ("with a different shape", misshapen),
    ]
    let lists = parts.filter { !$0.1.isEmpty }.map { title, names in
      "\(title): \(Self.list(names))"
    }
    return "compared with \(model), " + lists.joined(separator: "; ")
  }
}
