import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of a training run, held for this process alone until it is released.
///
/// What another run has left in the folder is never removed or overwritten: before a new run writes anything, all
/// files of the last one move together to `earlier/1`, `earlier/2` and so on.
public final class RunFolder {
  /// The folder.
  public let path: String
  /// Whether other processes are kept out; false where the file system has no locks.
  public var isLocked: Bool { lock.isEffective }
  private let lock: FileLock

  /// The trained network: what `nin evaluate` and `nin predict` take.
  public var checkpoint: String { Self.checkpoint(in: path) }

  /// Where the training stands: what `nin train --resume` takes.
  public var state: String { path + "/" + Self.stateName }

  /// Where the runs go that were in the folder before.
  public var earlier: String { path + "/earlier" }

  private static let checkpointName = "checkpoint.safetensors"
  private static let stateName = "training-state.safetensors"
  /// Everything that a run writes, and so what moves together.
  private static let fileNames = [checkpointName, stateName]

  /// Creates a folder if need be, and locks it.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``TrainingError`` if it cannot be created, or another training runs in it.
  public init(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw TrainingError(
        "the output folder \(path) cannot be created; is it writable, and none of its parents a file?")
    }
    do {
      lock = try FileLock(path: path + "/.training.lock", holder: Self.holder)
    } catch let held as FileLock.Held {
      let holder = held.holder.isEmpty ? "another process" : held.holder
      throw TrainingError(
        "\(path) is in use by another training (\(holder)); wait for it to end, or give another --output")
    }
    self.path = path
    for name in Self.fileNames { AtomicFile.removeAbandonedTemporaries(of: "\(path)/\(name)") }
  }

  /// Lets other trainings have the folder.
  public func release() { lock.release() }

  /// Where the trained network is in a folder.
  public static func checkpoint(in path: String) -> String { "\(path)/\(checkpointName)" }

  /// Whether there is such a folder.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a training can be resumed from here.
  public var hasState: Bool { Self.isTaken(state) }

  /// Whether there is a trained network.
  public var hasCheckpoint: Bool { Self.isTaken(checkpoint) }

  /// This process, for whoever is kept out by it.
  private static var holder: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "process \(getpid()) on \(host), since \(Date().formatted(.iso8601))"
  }

  /// Whether something has this name, be it a link that leads nowhere.
  private static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  // MARK: Earlier runs

  /// Moves all files of the run that is in the folder to the next numbered place.
  ///
  /// - Parameter onlyCheckpoint: Whether the state stays, because the present run owns it.
  /// - Returns: Where they are now; nil if there were none.
  /// - Throws: ``TrainingError`` if they cannot be moved; then they are where they were.
  func setAsideEarlierRun(onlyCheckpoint: Bool = false) throws -> String? {
    // Files gather here first, so that a crash in between does not spread a run over two numbers.
    let gathering = earlier + "/incomplete"
    let names = (onlyCheckpoint ? [Self.checkpointName] : Self.fileNames)
      .filter { Self.isTaken("\(path)/\($0)") }
    do {
      if names.contains(where: { Self.isTaken("\(gathering)/\($0)") }) { try moveToNextNumber(gathering) }
      if !names.isEmpty { try create(gathering) }
      for (position, name) in names.enumerated() {
        do {
          try move("\(path)/\(name)", to: "\(gathering)/\(name)")
        } catch {
          for moved in names[..<position] { try? move("\(gathering)/\(moved)", to: "\(path)/\(moved)") }
          throw error
        }
      }
      return Self.isTaken(gathering) ? try moveToNextNumber(gathering) : nil
    } catch let error as FileError {
      throw TrainingError("the earlier training in \(path) cannot be moved to \(earlier): \(error.problem)")
    }
  }

  /// Moves an earlier run back, because the new one could not begin.
  func restore(earlierRun: String) {
    for name in Self.fileNames where Self.isTaken("\(earlierRun)/\(name)") {
      try? move("\(earlierRun)/\(name)", to: "\(path)/\(name)")
    }
    rmdir(earlierRun)
    rmdir(earlier)
  }

  @discardableResult
  private func moveToNextNumber(_ folder: String) throws -> String {
    let taken = (try? FileManager.default.contentsOfDirectory(atPath: earlier)) ?? []
    let destination = "\(earlier)/\((taken.compactMap { Int($0) }.max() ?? 0) + 1)"
    try move(folder, to: destination)
    return destination
  }

  private func create(_ folder: String) throws {
    for folder in [earlier, folder] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw FileError(path: folder, failure: "cannot be created", code: errno)
    }
  }

  private func move(_ source: String, to destination: String) throws {
    guard rename(source, destination) == 0 else {
      throw FileError(path: source, failure: "cannot be moved", code: errno)
    }
  }
}
