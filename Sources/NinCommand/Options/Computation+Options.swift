import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Recipe.Computation {
  /// Lets the command's options decide what they are given for.
  mutating func apply(_ dataOptions: DataOptions, _ compute: ComputeOptions) {
    // A recipe may be used from another folder.
    data = (dataOptions.folder ?? data).map(absolutePath)
    channels = dataOptions.channels ?? channels
    testSplit = dataOptions.testFraction ?? testSplit
    precision = compute.precision ?? precision
    microBatch = compute.microBatch ?? microBatch
    convolutions = compute.convolutions ?? convolutions
  }
}

/// A path from the root on.
func absolutePath(_ path: String) -> String {
  path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

/// The folder that a file is in.
func folderPath(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}
