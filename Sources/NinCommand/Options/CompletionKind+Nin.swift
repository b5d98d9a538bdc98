import ArgumentParser
import NetworkInNetwork
import Reporting

extension CompletionKind {
  /// The backends that are registered, which another package may have added to.
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

  /// Folders, and first of all those where data sets are usually kept.
  static let dataset = words({ DatasetFolder.usualFolders }, orFiles: [])

  /// A network's or a trace's file.
  static let tensors = file(extensions: ["safetensors"])

  /// A NumPy array's file.
  static let array = file(extensions: ["npy"])
}
