import Layers
import Networks
import Tensors

extension Network {
  /// Loads the parameters of a checkpoint, except those of a head for a different number of classes.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - path: Its file, for the error.
  /// - Returns: The parameters that keep their initial values because their shapes differ: the last ones of the model.
  /// - Throws: ``TrainingError`` if parameters with a different shape, or missing ones, are followed by some that fit;
  ///   the errors of the file.
  func takeParameters(of checkpoint: Checkpoint, from path: String) throws -> [String] {
    let fits = try parameterShapes.map { try checkpoint.shape(of: $0.name) == $0.shape }
    let head = fits.lastIndex(of: true).map { $0 + 1 } ?? 0
    if head == 0 || fits[..<head].contains(false) {
      let (name, shape) = parameterShapes[fits.firstIndex(of: false) ?? 0]
      let found = try checkpoint.shape(of: name).map { "\(name) as \($0)" } ?? "no \(name)"
      throw TrainingError.mismatch(
        reason:
          "\(path) does not fit the network: it has \(found), but the network has \(shape); only the last layers may differ: "
          + "check that the recipe's model is the network of the file"
      )
    }
    var values = Dictionary(uniqueKeysWithValues: try parameters().map { ($0.name, $0.tensor) })
    for (name, _) in parameterShapes[..<head] { values[name] = try checkpoint.parameter(name) }
    try setParameters { values[$0] ?? Tensor(shape: [], elements: []) }
    var states = Dictionary(uniqueKeysWithValues: state().map { ($0.name, $0.tensor) })
    for (name, specification) in stateSpecifications
    where try checkpoint.shape(of: name) == specification.shape {
      states[name] = try checkpoint.parameter(name, as: Double.self)
    }
    try setState { states[$0] ?? Tensor(shape: [], elements: []) }
    return parameterShapes[head...].map(\.name)
  }
}

extension Recipe {
  /// The frozen parameters.
  ///
  /// - Parameter names: The names of all parameters.
  /// - Returns: Those named in ``frozen``, directly or by their layers.
  /// - Throws: ``TrainingError`` if it names something that does not exist, or everything.
  package func frozenParameters(among names: [String]) throws -> Set<String> {
    var parameters: Set<String> = []
    for prefix in frozen {
      let matching = names.filter { $0 == prefix || $0.hasPrefix(prefix + ".") }
      guard !matching.isEmpty else {
        throw TrainingError.unknownName(
          prefix, available: names,
          reason: "\(prefix.quoted) cannot be frozen: the network has no layer or parameter of that name")
      }
      parameters.formUnion(matching)
    }
    guard parameters.count < names.count else {
      throw TrainingError.invalidRecipe(reason: "all layers are frozen: there is nothing to train")
    }
    return parameters
  }

  /// Requires that every constant is the initial value of a parameter.
  ///
  /// - Throws: ``TrainingError`` that names one that is not.
  func requireConstants(among names: [String]) throws {
    guard let name = initialization.constants.keys.sorted().first(where: { !names.contains($0) }) else {
      return
    }
    throw TrainingError.invalidRecipe(
      reason: "the recipe has a constant for \(name.quoted), but the network has no parameter of that name")
  }
}
