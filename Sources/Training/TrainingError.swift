/// The reason that training cannot begin, resume or continue, or that a checkpoint cannot be used.
///
/// A `reason` is the line that ``description`` returns.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The recipe has a value that is out of range, contradicts another, or is not for this network.
  case invalidRecipe(reason: String)
  /// The file is damaged, or of another kind; if it is a training state, the previous one may still be intact.
  case damagedFile(path: String, reason: String)
  /// The file is intact, but needs another version, the program that defines its layers, or a description of its model.
  case unsupportedFile(path: String, reason: String)
  /// The network, its weights and the run to be resumed do not match.
  case mismatch(reason: String)
  /// The images do not suit the recipe or the network.
  case unsuitableData(reason: String)
  /// Another run writes to the folder; the holder is its process and machine.
  case folderInUse(path: String, holder: String)
  /// The folder cannot be created, locked or written to.
  case unusableFolder(path: String, reason: String)
  /// A number has become NaN or infinite in this step, or in the test after the complete epochs if the step is nil.
  case diverged(step: Int?, completeEpochs: Int, reason: String)
  /// The output of a network has numbers that are NaN or infinite.
  case notFinite(reason: String)

  /// What is wrong and, if something can be done, what would work, in one line.
  public var description: String {
    switch self {
    case .folderInUse(let path, let holder):
      "\(path) is in use by another training (\(holder)); wait for it to end, or give another --output"
    case .invalidRecipe(let reason), .damagedFile(_, let reason), .unsupportedFile(_, let reason),
      .mismatch(let reason), .unsuitableData(let reason), .unusableFolder(_, let reason),
      .diverged(_, _, let reason), .notFinite(let reason):
      reason
    }
  }

  /// Whether a file is damaged, so that an older one may replace it.
  var isDamage: Bool {
    guard case .damagedFile = self else { return false }
    return true
  }
}
