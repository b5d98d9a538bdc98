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

/// The folder of a training run, locked until ``release()`` is called or its last reference goes away; a ``Trainer``
/// keeps one.
///
/// A folder can be open only once, even within one process. The paths of its files are known without opening it:
/// `RunFolder.bestCheckpoint(in: "runs/mine")`.
///
/// Files of another run are never removed or overwritten: before a new run writes anything, all files of the last one
/// are moved together to `earlier/1`, `earlier/2` and so on.
public final class RunFolder {
  /// The folder.
  public let path: String
  /// Whether other processes are locked out; false if the file system has no locks.
  package var isLocked: Bool { isFolderLocked || lock.isEffective }
  /// Names the holder of the folder, and serves as the lock if the folder itself cannot be locked.
  private let lock: FileLock
  /// The folder itself, open and locked: the lock persists if the lock file is removed.
  private let descriptor: Int32
  private let isFolderLocked: Bool
  /// The entry of this process's register of open folders.
  private let entry: OpenFolders.Entry
  private var isReleased = false
  private let wasThere: Bool

  /// The trained network, for `nin evaluate` and `nin predict`.
  public var checkpoint: String { Self.checkpoint(in: path) }

  /// The network of the best epoch.
  public var bestCheckpoint: String { Self.bestCheckpoint(in: path) }

  /// The state of training, for `nin train --resume`.
  public var state: String { "\(path)/\(Self.stateName)" }

  /// The state written before the newest one.
  public var previousState: String { "\(path)/\(Self.previousStateName)" }

  /// A row for each step: losses, accuracies, learning rate, the gradients' norm, images per second.
  public var history: String { Self.history(in: path) }

  /// The results so far, with versions and machine.
  public var metrics: String { Self.metrics(in: path) }

  /// The recipe, from which training can be repeated, with the names of what only a program can provide.
  public var recipe: String { Self.recipe(in: path) }

  /// The book's figure of the run.
  public var curves: String { Self.curves(in: path) }

  /// The report on the run.
  public var report: String { Self.report(in: path) }

  /// The folder for earlier runs.
  package var earlier: String { path + "/earlier" }

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
  /// The files of a run; the state first, because the network can be rewritten from it.
  private static let fileNames = [
    stateName, previousStateName, checkpointName, bestName, historyName, metricsName, recipeName, curvesName,
    reportName,
  ]
  /// The prefix of a run's files for TensorBoard.
  private static let eventPrefix = "events.out.tfevents."

  /// All files of a run in a folder, which are moved together.
  static func fileNames(in path: String) -> [String] {
    let present = fileNames.filter { isTaken("\(path)/\($0)") }
    // Without a state or network, event files belong to another program.
    guard !present.isEmpty else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return present + names.filter { $0.hasPrefix(eventPrefix) }.sorted()
  }
  /// Whether the newest state is known to be intact, so that it may replace the previous one.
  private var isStateSound = false

  /// Creates a folder if necessary, and locks it.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``TrainingError`` if it cannot be created, is already open in this process, or is in use by another one.
  public init(_ path: String) throws {
    wasThere = Self.exists(path)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw TrainingError.unwritable(
        path: path,
        reason:
          "the output folder \(path) cannot be created; check permissions, and that none of its parents is a file"
      )
    }
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw TrainingError.unwritable(
        path: path,
        reason:
          "the output folder \(path) cannot be opened: \(String(cString: strerror(errno))); make it readable and writable"
      )
    }
    guard let entry = OpenFolders.add(descriptor) else {
      close(descriptor)
      throw TrainingError.folderOpen(path: path)
    }
    let lockPath = "\(path)/\(Self.lockName)"
    do {
      let outcome = FileLock.lock(descriptor)
      guard outcome != .heldByAnother else { throw FileLock.held(lockPath) }
      lock = try FileLock(path: lockPath, holder: Self.holder)
      self.descriptor = descriptor
      self.entry = entry
      isFolderLocked = outcome == .acquired
    } catch {
      OpenFolders.remove(entry)
      close(descriptor)
      throw Self.refusal(of: path, error)
    }
    self.path = path
    for name in Self.fileNames { AtomicFile.removeAbandonedTemporaries(of: "\(path)/\(name)") }
  }

  deinit {
    if !isReleased { unlock() }
    close(descriptor)
  }

  /// Unlocks the folder, and removes it if it was created for this run and nothing was written.
  ///
  /// Afterwards nothing can be written to it until it is opened again; further calls do nothing.
  public func release() {
    guard !isReleased else { return }
    isReleased = true
    lock.release()
    if !wasThere, FileLock.isSameFile(descriptor, path) { rmdir(path) }
    unlock()
  }

  private func unlock() {
    lock.release()
    flock(descriptor, LOCK_UN)
    // Last, so that another thread of this process that opens the folder finds it either open or unlocked.
    OpenFolders.remove(entry)
  }

  /// Requires that the folder is still the one that was locked.
  ///
  /// - Throws: ``TrainingError`` if it has been moved, or its only lock released or removed: the files may now belong to
  ///   another run.
  func requireHeld() throws {
    guard !isReleased, FileLock.isSameFile(descriptor, path), isFolderLocked || lock.isHeld else {
      throw TrainingError.folderLost(path: path)
    }
  }

  private static func refusal(of path: String, _ error: any Error) -> TrainingError {
    guard let held = error as? FileLock.Held else {
      return TrainingError.unwritable(
        path: path, reason: "the output folder \(path) cannot be locked: \(error); make it writable")
    }
    return TrainingError.folderInUse(
      path: path, holder: held.holder.isEmpty ? "another process" : held.holder)
  }

  /// The path of the trained network in a folder.
  public static func checkpoint(in path: String) -> String { "\(path)/\(checkpointName)" }

  /// The path of the best epoch's network in a folder.
  public static func bestCheckpoint(in path: String) -> String { "\(path)/\(bestName)" }

  /// The path of the book's figure in a folder.
  public static func curves(in path: String) -> String { "\(path)/\(curvesName)" }

  /// The path of the report in a folder.
  public static func report(in path: String) -> String { "\(path)/\(reportName)" }

  /// The path of the history in a folder.
  public static func history(in path: String) -> String { "\(path)/\(historyName)" }

  /// The path of the results in a folder.
  public static func metrics(in path: String) -> String { "\(path)/\(metricsName)" }

  /// The path of the recipe in a folder.
  public static func recipe(in path: String) -> String { "\(path)/\(recipeName)" }

  /// Whether the folder exists.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether training can be resumed from here.
  public var hasState: Bool { Self.isTaken(state) || Self.isTaken(previousState) }

  /// Reads the newest state that is intact.
  ///
  /// - Returns: The state, its file, and the error of a newer one; nil if there is no newer one, or a process was
  ///   killed while it replaced the state.
  /// - Throws: The error of the newest state if the previous one cannot be used either.
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
        throw TrainingError.damaged(
          path: state, reason: "\(error), and the state before it, \(previousState), cannot be used either")
      }
      return (previous, previousState, isDamaged ? "\(error)" : nil)
    }
  }

  /// Replaces the newest state, which becomes the previous one.
  ///
  /// - Parameter staged: The state, written in full.
  /// - Throws: `FileError` with the system's reason; then the newest state is unchanged.
  func replaceState(_ staged: StagedFile) throws {
    // Renaming a link would leave the file that it points to without the name.
    let keepsNewest = isStateSound && Self.isRegularFile(state)
    if keepsNewest, rename(state, previousState) != 0 {
      throw FileError.writing(state, failure: "cannot be renamed", code: errno)
    }
    do {
      try staged.commit()
    } catch {
      if keepsNewest { rename(previousState, state) }
      throw error
    }
    isStateSound = true
  }

  /// Whether the folder has a recipe.
  package var hasRecipe: Bool { Self.isTaken(recipe) }

  /// Whether the folder has a trained network.
  public var hasCheckpoint: Bool { Self.isTaken(checkpoint) }

  /// A description of this process, for those locked out by it: its ID, its host's name and the time.
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

  /// Whether anything has this name, even a dangling link.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
