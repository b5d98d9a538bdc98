#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that a training writes to.
public struct OutputFolder: Sendable {
  /// The folder.
  public let path: String

  /// Names a folder; nothing is made yet.
  public init(_ path: String) {
    self.path = path
  }

  /// The trained network: what `nin evaluate` and `nin predict` take.
  public var checkpoint: String { path + "/checkpoint.safetensors" }

  /// Where the training stands: what `nin train --resume` takes.
  public var state: String { path + "/training-state.safetensors" }

  /// Whether a training can go on from here.
  public var hasState: Bool { FileManager.default.fileExists(atPath: state) }

  /// The folder that an earlier training in this place is moved to when a new one begins.
  public var earlier: String { path + "/earlier" }

  /// Moves the files of an earlier training out of the way, in place of any that lie there.
  func setAsideEarlierTraining() throws {
    let manager = FileManager.default
    guard hasState else { return }
    do {
      try manager.createDirectory(atPath: earlier, withIntermediateDirectories: true)
      for file in [checkpoint, state] where manager.fileExists(atPath: file) {
        let destination = earlier + file.dropFirst(path.count)
        if manager.fileExists(atPath: destination) { try manager.removeItem(atPath: destination) }
        try manager.moveItem(atPath: file, toPath: destination)
      }
    } catch {
      throw TrainingError("the earlier training in \(path) cannot be moved to \(earlier)")
    }
  }

  /// Makes the folder if it is not there.
  func create() throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(
        "the output folder \(path) cannot be made; is it writable, and none of its parents a file?")
    }
  }
}
