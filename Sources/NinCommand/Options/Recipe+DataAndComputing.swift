import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Recipe {
  /// Replaces the data and the computation with those of the command's options.
  mutating func apply(_ data: DataOptions, _ compute: ComputeOptions) {
    if data.folder != nil { custom.hasImages = false }
    computation.apply(data, compute)
  }

  /// Rejects a recipe of a run on images that a program gave; ``apply(_:_:)`` replaces them with those of --data.
  ///
  /// - Parameter path: Its file, for the error.
  /// - Throws: `TrainingError` that names --data.
  func requireFolder(path: String?) throws {
    guard custom.hasImages else { return }
    throw TrainingError.invalidRecipe(
      reason:
        "\(path ?? "the recipe") cannot be used: \(custom.namingPhrase), which only the program that started the run can "
        + "provide; to train on other images, give their folder with --data")
  }
}

extension Recipe.Computation {
  /// Replaces values with those of the command's options.
  fileprivate mutating func apply(_ dataOptions: DataOptions, _ compute: ComputeOptions) {
    // A recipe may be used from a different folder.
    data = (dataOptions.folder ?? data).map(absolutePath)
    channels = dataOptions.channels ?? channels
    testSplit = dataOptions.testFraction ?? testSplit
    apply(compute)
  }

  /// Replaces values with those of the command's options.
  mutating func apply(_ compute: ComputeOptions) {
    precision = compute.precision ?? precision
    microBatch = compute.microBatch ?? microBatch
    convolutions = compute.convolutions ?? convolutions
  }
}

/// The absolute path.
func absolutePath(_ path: String) -> String {
  path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

/// Whether two paths refer to the same folder.
func isSameFolder(_ left: String, _ right: String) -> Bool {
  let identities = [left, right].map { path in
    (try? FileManager.default.attributesOfItem(atPath: path)).map {
      [$0[.systemNumber] as? Int, $0[.systemFileNumber] as? Int]
    }
  }
  return identities[0] != nil && identities[0] == identities[1]
}

/// The folder of a file.
func folderPath(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}
