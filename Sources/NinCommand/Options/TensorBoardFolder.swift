import ArgumentParser

/// Where files for TensorBoard go.
enum TensorBoardFolder: ExpressibleByArgument, Equatable, CustomStringConvertible {
  /// Beside the run's other files.
  case ofRun
  /// To a folder of their own.
  case folder(String)

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self = .folder(argument)
  }

  /// How the help shows what the option means without a folder.
  var description: String {
    switch self {
    case .ofRun: "the output folder"
    case .folder(let path): path
    }
  }
}
