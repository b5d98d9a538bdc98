import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Recipe.Computation {
  /// Records the folder of the images that a run is given, so that the command can open it.
  ///
  /// Values of a recipe that is from another run are replaced. Fashion-MNIST in its default folders needs no path.
  ///
  /// - Parameter training: The training images; nil if a folder does not determine the run's images.
  mutating func note(_ training: LabeledImages?) {
    let isOfFiles = training?.areFiles ?? false
    channels = isOfFiles ? training?.channels : nil
    testSplit = isOfFiles ? training?.heldOutFraction : nil
    guard let folder = training?.source?.folder else {
      data = nil
      return
    }
    let path = folder.hasPrefix("/") ? folder : "\(FileManager.default.currentDirectoryPath)/\(folder)"
    if data != path { data = FashionMNIST().directories.contains(path) ? nil : path }
  }
}
