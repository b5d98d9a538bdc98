import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Recipe.Computation {
  /// Records the folder of images that a program has opened, so that the command can open it.
  ///
  /// Fashion-MNIST in its default folders needs no path.
  mutating func note(_ training: LabeledImages) {
    guard data == nil, let folder = training.folder, !FashionMNIST().directories.contains(folder) else {
      return
    }
    data = folder.hasPrefix("/") ? folder : "\(FileManager.default.currentDirectoryPath)/\(folder)"
    guard training.areFiles else { return }
    channels = channels ?? training.channels
    testSplit = testSplit ?? training.heldOutFraction
  }
}
