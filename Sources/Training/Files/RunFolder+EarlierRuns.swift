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

extension RunFolder {
  /// Moves all files of the run in the folder to the next numbered subfolder.
  ///
  /// - Returns: Their new folder; nil if there were none.
  /// - Throws: ``TrainingError`` if they cannot be moved; then they are unchanged.
  func setAsideEarlierRun() throws -> String? {
    // Files are collected here first, so that a crash in between does not split a run over two numbers.
    let gathering = earlier + "/incomplete"
    let names = Self.fileNames(in: path)
    do {
      if names.contains(where: { Self.isTaken("\(gathering)/\($0)") }) {
        try move(gathering, to: nextEarlier())
      }
      guard !names.isEmpty || Self.exists(gathering) else { return nil }
      for folder in [earlier, gathering] { try create(folder) }
      try move(names, from: path, to: gathering)
      do {
        let destination = try nextEarlier()
        try move(gathering, to: destination)
        return destination
      } catch {
        try move(names, from: gathering, to: path)
        rmdir(gathering)
        throw error
      }
    } catch let error as FileError {
      throw TrainingError.unwritable(
        path: path,
        reason: "the earlier run in \(path) cannot be moved to \(earlier): \(error); make both writable")
    }
  }

  /// Moves a file of the folder to the next numbered subfolder, because it is damaged or belongs to another run.
  ///
  /// - Parameter name: The file's name in the folder.
  /// - Returns: Its new path; nil if there was none.
  /// - Throws: ``TrainingError`` if it cannot be moved; then it is unchanged.
  func setAside(_ name: String) throws -> String? {
    guard Self.isTaken("\(path)/\(name)") else { return nil }
    do {
      try create(earlier)
      let destination = try nextEarlier()
      try create(destination)
      try move([name], from: path, to: destination)
      return destination
    } catch let error as FileError {
      throw TrainingError.unwritable(
        path: path, reason: "\(path)/\(name) cannot be moved to \(earlier): \(error); make both writable")
    }
  }

  /// Moves an earlier run back, because the new one could not start.
  func restore(earlierRun: String) {
    for name in Self.fileNames(in: path) { unlink("\(path)/\(name)") }
    try? move(Self.fileNames(in: earlierRun), from: earlierRun, to: path)
    rmdir(earlierRun)
    rmdir(earlier)
  }

  /// The numbered subfolder after the last.
  private func nextEarlier() throws -> String {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: earlier) else {
      throw FileError(path: earlier, problem: .unreadable(reason: "cannot be read"))
    }
    // A larger number was not written by this program, and incrementing it could overflow.
    let last = names.compactMap { Int($0) }.filter { (1..<1 << 40).contains($0) }.max() ?? 0
    return "\(earlier)/\(last + 1)"
  }

  /// Moves files together; if one cannot be moved, those before it are moved back.
  private func move(_ names: [String], from source: String, to destination: String) throws {
    for (index, name) in names.enumerated() {
      do {
        try move("\(source)/\(name)", to: "\(destination)/\(name)")
      } catch {
        for moved in names[..<index] { try? move("\(destination)/\(moved)", to: "\(source)/\(moved)") }
        throw error
      }
    }
  }

  private func move(_ source: String, to destination: String) throws {
    guard rename(source, destination) == 0 else {
      throw FileError.writing(source, failure: "cannot be moved", code: errno)
    }
  }

  private func create(_ folder: String) throws {
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw FileError.writing(folder, failure: "cannot be created", code: errno)
    }
  }
}
