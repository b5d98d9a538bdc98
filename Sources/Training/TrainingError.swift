import Layers

/// The reason that training cannot begin, resume or continue, or that a checkpoint cannot be used.
///
/// A `reason` is the line that ``description`` returns.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The recipe has a value that is out of range, contradicts another, or is not for this network.
  case invalidRecipe(reason: String)
  /// No layer or parameter has this name.
  case unknownName(String, available: [String], reason: String)
  /// The file is damaged, or a training state is expected and it is not one; the previous state may still be intact.
  case damaged(path: String, reason: String)
  /// The file is intact, but needs another version of this package, or a description of its model.
  case unsupported(path: String, reason: String)
  /// The file's model has a layer of this kind, which the program has not registered with `Sequential.register`.
  case unknownLayer(path: String, kind: String)
  /// The network, its weights or the custom functions do not match the run to be resumed, or those that the recipe names.
  case mismatch(reason: String)
  /// The images do not suit the recipe or the network.
  case unsuitableInput(reason: String)
  /// The images of these sets ("training", "validation", "test") differ from those that the run in the folder began with.
  case dataChanged(path: String, sets: [String])
  /// This process has already opened the folder, and has not released it.
  case folderOpen(path: String)
  /// Another process has opened the folder; the holder is its process ID and host name.
  case folderInUse(path: String, holder: String)
  /// The system does not allow the folder to be created, locked or written.
  case unwritable(path: String, reason: String)
  /// The folder was moved, or its lock released or removed, since it was opened, so that it may belong to another run.
  case folderLost(path: String)
  /// A number has become NaN or infinite in this step, or in the test after the complete epochs if the step is nil; the
  /// checkpoint is the file with the network of the last complete epoch, if there is one.
  case diverged(step: Int?, completeEpochs: Int, checkpoint: String?, reason: String)

  /// The problem, and a remedy if there is one, in one line.
  public var description: String {
    switch self {
    case .folderOpen(let path):
      "\(path) is already open in this process; use that RunFolder, or release() it first"
    case .folderInUse(let path, let holder):
      "\(path) is in use by another run (\(holder)); wait for it to end"
    case .folderLost(let path):
      "\(path) has been moved, or its lock released or removed, since it was opened; nothing more is written to it"
    case .unknownLayer(let path, let kind): "\(path) cannot be used: \(UnknownLayer(kind: kind))"
    case .dataChanged(let path, let sets):
      "the \(joined(sets, by: "and")) images differ from those that the run in \(path) began with"
    case .invalidRecipe(let reason), .unknownName(_, _, let reason), .damaged(_, let reason),
      .unsupported(_, let reason), .mismatch(let reason), .unsuitableInput(let reason),
      .unwritable(_, let reason), .diverged(_, _, _, let reason):
      reason
    }
  }

  /// Whether a file is damaged, so that an older one may replace it.
  var isDamage: Bool {
    guard case .damaged = self else { return false }
    return true
  }
}
