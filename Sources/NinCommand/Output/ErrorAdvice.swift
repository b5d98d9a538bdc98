import NetworkInNetwork

/// The options and subcommands that help with an error of the library, which does not know them.
///
/// The advice continues the line of the error's description.
enum ErrorAdvice {
  /// The advice on an error; empty if there is none.
  static func text(on error: any Error) -> String {
    switch error {
    case let error as BackendError: text(on: error)
    case let error as NetworkError: text(on: error)
    case let error as TrainingError: text(on: error)
    case let error as DatasetError: text(on: error)
    case let error as FileError: text(on: error)
    default: ""
    }
  }

  private static let fewerThreads = ", or use a smaller --threads"
  private static let otherOutput = ", or give another --output"

  private static func text(on error: BackendError) -> String {
    switch error {
    case .tooFewThreads: fewerThreads
    case .unavailable: " ('nin backends' lists those that are available)"
    // Only what a CPU lacks can be emulated.
    case .unsupportedOperation(let reason) where reason.contains("emulate"): " (--allow-emulation)"
    default: ""
    }
  }

  private static func text(on error: NetworkError) -> String {
    switch error {
    case .backend(_, let error): text(on: error)
    case .tooFewThreads: fewerThreads
    default: ""
    }
  }

  private static func text(on error: TrainingError) -> String {
    switch error {
    case .unknownName: " ('nin summary' shows them)"
    case .dataChanged: "; give the same --data, or start a new run in another --output"
    case .folderInUse, .unwritable: otherOutput
    case .diverged(_, _, .some, _): ", and --weights starts from it"
    default: ""
    }
  }

  private static func text(on error: DatasetError) -> String {
    switch error {
    case .notInstalled: ", download it with 'nin data fetch', or name its folder with '--data DIR'"
    case .otherDataset(_, let name): "; 'nin data fetch' downloads Fashion-MNIST; '--data DIR' reads \(name)"
    case .incomplete(_, let missing) where missing.allSatisfy(isNameOfFashionMNIST):
      "; 'nin data fetch' downloads Fashion-MNIST's"
    default: ""
    }
  }

  /// Whether a file has a name like those of Fashion-MNIST, which MNIST and KMNIST share.
  private static func isNameOfFashionMNIST(_ name: String) -> Bool {
    DatasetPart.allCases.contains { name.hasPrefix($0.prefixOfMNIST + "-") }
  }

  private static func text(on error: FileError) -> String {
    switch error.problem {
    case .otherFormat("onnx", _): "; give it as --model to 'nin predict'"
    case .otherFormat("safetensors", _): "; give it as --checkpoint"
    default: ""
    }
  }
}
