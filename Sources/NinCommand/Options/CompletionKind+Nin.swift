import ArgumentParser
import NetworkInNetwork
import Reporting

extension CompletionKind {
  /// The registered backends, including other packages'.
  static let backend = words { BackendRegistry.entries.map(\.name) }

  /// Several backends.
  static let backends = commaSeparatedWords { BackendRegistry.entries.map(\.name) }

  /// The recipes, and files of recipes.
  static let recipe = words({ NamedRecipe.allCases.map(\.rawValue) }, orFiles: ["json5", "json"])

  /// The networks, and files of networks.
  static let modelOrFile = words(
    { ModelCatalog.allCases.map(\.rawValue) }, orFiles: ["safetensors", "onnx"])

  /// Several networks.
  static let models = commaSeparatedWords { ModelCatalog.allCases.map(\.rawValue) }

  /// Folders, starting with the default ones of data sets.
  static let dataset = words({ DatasetFolder.defaultFolders }, orFiles: [])

  /// A network's or a trace's file.
  static let tensors = file(extensions: ["safetensors"])

  /// A NumPy array's file.
  static let array = file(extensions: ["npy"])
}
