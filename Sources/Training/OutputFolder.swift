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
