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
  public var isLocked: Bool { isFolderLocked || lock.isEffective }
  /// Says who holds the folder, and keeps others out where a folder itself cannot be locked.
  private let lock: FileLock
  /// The folder itself, open and locked: that holds though the lock file is removed.
  private let descriptor: Int32
  private let isFolderLocked: Bool
  private let wasThere: Bool

  /// The trained network: what `nin evaluate` and `nin predict` take.
  public var checkpoint: String { Self.checkpoint(in: path) }

  /// The network of the best epoch.
  public var bestCheckpoint: String { Self.bestCheckpoint(in: path) }

  /// Where the training stands: what `nin train --resume` takes.
  public var state: String { "\(path)/\(Self.stateName)" }

  /// Where it stood when the state was written the last time before.
  public var previousState: String { "\(path)/\(Self.previousStateName)" }

  /// A row for each step: losses, accuracies, learning rate, the gradients' norm, images a second.
  public var history: String { Self.history(in: path) }

  /// The results so far, with versions and machine.
  public var metrics: String { Self.metrics(in: path) }

  /// The recipe, from which the training can be run again.
  public var recipe: String { Self.recipe(in: path) }

  /// The book's figure of the training.
  public var curves: String { Self.curves(in: path) }

  /// The page about the training.
  public var report: String { Self.report(in: path) }

  /// Where the runs go that were in the folder before.
  public var earlier: String { path + "/earlier" }

  static let checkpointName = "checkpoint.safetensors"
  private static let bestName = "best.safetensors"
  static let stateName = "training-state.safetensors"
  private static let previousStateName = "training-state.previous.safetensors"
  static let historyName = "history.csv"
  private static let metricsName = "metrics.json"
  private static let recipeName = "recipe.json5"
  private static let curvesName = "curves.svg"
  private static let reportName = "report.html"
  private static let lockName = ".training.lock"
  /// What a run writes under names of its own; the state first, because from it the network can be written again.
  private static let fileNames = [
    stateName, previousStateName, checkpointName, bestName, historyName, metricsName, recipeName, curvesName,
    reportName,
  ]
  /// How the names of a run's files for TensorBoard begin.
  private static let eventPrefix = "events.out.tfevents."

  /// Everything of a run that is in a folder, and so what moves together.
  static func fileNames(in path: String) -> [String] {
    let present = fileNames.filter { isTaken("\(path)/\($0)") }
    // Without those they are of another program.
    guard !present.isEmpty else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return present + names.filter { $0.hasPrefix(eventPrefix) }.sorted()
  }
  /// Whether the newest state is known to be whole, so that it may take the place of the one before.
  private var isStateSound = false

  /// Creates a folder if need be, and locks it.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``TrainingError`` if it cannot be created, or another training runs in it.
  public init(_ path: String) throws {
    wasThere = Self.exists(path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw TrainingError.unusableFolder(
        path: path,
        reason: "the output folder \(path) cannot be created; is it writable, and none of its parents a file?"
      )
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw TrainingError.unusableFolder(
        path: path, reason: "the output folder \(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    let lockPath = "\(path)/\(Self.lockName)"
    do {
      let outcome = FileLock.lock(descriptor)
      guard outcome != .heldByAnother else { throw FileLock.held(lockPath) }
      lock = try FileLock(path: lockPath, holder: Self.holder)
      self.descriptor = descriptor
      isFolderLocked = outcome == .acquired
    } catch {
      close(descriptor)
      throw Self.refusal(of: path, error)
    }
    self.path = path
    for name in Self.fileNames { AtomicFile.removeAbandonedTemporaries(of: "\(path)/\(name)") }
  }

  deinit {
    close(descriptor)
  }

  /// Lets other trainings have the folder; one that was made for a training that wrote nothing goes.
  public func release() {
    lock.release()
    if !wasThere, FileLock.isSameFile(descriptor, path) { rmdir(path) }
    flock(descriptor, LOCK_UN)
  }

  /// Requires that the folder is still the one that was locked.
  ///
  /// - Throws: ``TrainingError`` if it has been moved, or its only lock removed: what is there now may be another's.
  func requireHeld() throws {
    guard FileLock.isSameFile(descriptor, path), isFolderLocked || lock.isHeld else {
      throw TrainingError.unusableFolder(
        path: path,
        reason:
          "\(path) has been moved or its lock removed since the training began, so nothing more is written there"
      )
    }
  }

  private static func refusal(of path: String, _ error: any Error) -> TrainingError {
    switch error {
    case let held as FileLock.Held:
      return TrainingError.folderInUse(
        path: path, holder: held.holder.isEmpty ? "another process" : held.holder)
    case let error as FileError:
      return TrainingError.unusableFolder(
        path: path,
        reason:
          "the output folder \(path) cannot be locked: \(error); make it writable, or give another --output")
    default:
      return TrainingError.unusableFolder(
        path: path, reason: "the output folder \(path) cannot be locked: \(error)")
    }
  }

  /// Where the trained network is in a folder.
  public static func checkpoint(in path: String) -> String { "\(path)/\(checkpointName)" }

  /// Where the network of the best epoch is in a folder.
  public static func bestCheckpoint(in path: String) -> String { "\(path)/\(bestName)" }

  /// Where the book's figure is in a folder.
  public static func curves(in path: String) -> String { "\(path)/\(curvesName)" }

  /// Where the page about the training is in a folder.
  public static func report(in path: String) -> String { "\(path)/\(reportName)" }

  /// Where the steps are in a folder.
  public static func history(in path: String) -> String { "\(path)/\(historyName)" }

  /// Where the results are in a folder.
  public static func metrics(in path: String) -> String { "\(path)/\(metricsName)" }

  /// Where the recipe is in a folder.
  public static func recipe(in path: String) -> String { "\(path)/\(recipeName)" }

  /// Whether there is such a folder.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a training can be resumed from here.
  public var hasState: Bool { Self.isTaken(state) || Self.isTaken(previousState) }

  /// Reads the newest state that is whole.
  ///
  /// - Returns: The state, the file that it is in, and what is wrong with a newer one; nil if nothing is, or a process was
  ///   killed while it replaced the state.
  /// - Throws: What is wrong with the newest state if the one before it is no better.
  public func newestState() throws -> (state: TrainingState, path: String, problem: String?) {
    do {
      let newest = try TrainingState(path: state)
      isStateSound = true
      return (newest, state, nil)
    } catch {
      let isDamaged =
        (error as? FileError).map { $0.problem.code == nil } ?? (error as? TrainingError)?.isDamage ?? false
      guard Self.isTaken(previousState), isDamaged || !Self.isTaken(state) else { throw error }
      guard let previous = try? TrainingState(path: previousState) else {
        throw TrainingError.damagedFile(
          path: state, reason: "\(error), and the state before it, \(previousState), cannot be used either")
      }
      return (previous, previousState, isDamaged ? "\(error)" : nil)
    }
  }

  /// Puts a state in the place of the newest, which becomes the one before.
  ///
  /// - Parameter staged: The state, written in full.
  /// - Throws: `FileError` with the system's reason; then the newest state is where it was.
  func replaceState(_ staged: StagedFile) throws {
    // A link would take its name away from the file that it leads to.
    let keepsNewest = isStateSound && Self.isRegularFile(state)
    if keepsNewest, rename(state, previousState) != 0 {
      throw FileError(path: state, failure: "cannot be renamed", code: errno)
    }
    do {
      try staged.commit()
    } catch {
      if keepsNewest { rename(previousState, state) }
      throw error
    }
    isStateSound = true
  }

  /// Whether there is a trained network.
  public var hasCheckpoint: Bool { Self.isTaken(checkpoint) }

  /// This process, for whoever is kept out by it.
  private static var holder: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return "process \(getpid()) on \(host), since \(Date().formatted(.iso8601))"
  }

  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether something has this name, be it a link that leads nowhere.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
