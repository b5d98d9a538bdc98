import ArgumentParser

/// The folder for TensorBoard's event files.
enum TensorBoardFolder: ExpressibleByArgument, Equatable, CustomStringConvertible {
  /// The run's folder.
  case ofRun
  /// Another folder.
  case folder(String)

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    self = .folder(argument)
  }

  /// The help's text for the option without a folder.
  var description: String {
    switch self {
    case .ofRun: "the output folder"
    case .folder(let path): path
    }
  }
}
