import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension DataOptions {
  /// Notifies the user if only a share of a folder is tested, as in training, unless the network was trained on it.
  ///
  /// - Parameters:
  ///   - test: The test images.
  ///   - dataset: The data set.
  ///   - checkpoint: The network's file.
  func announceHeldOut(_ test: LabeledImages, of dataset: any Dataset, for checkpoint: String) {
    guard let folder, let images = dataset as? ImageFolder, testFraction == nil,
      test.heldOutFraction != nil, Self.resolved(folder) != Self.trainingData(of: checkpoint)
    else { return }
    Log.notice(
      "\(folder) has no test images of its own; \(grouped(test.count)) of its \(counted(images.fileCount, "image")) "
        + "are tested, the share that was held out in training; if the network was trained on other images, "
        + "--test-split 1 tests all")
  }

  /// The data folder of the run that wrote a checkpoint, from the recipe next to it; nil if unknown.
  private static func trainingData(of checkpoint: String) -> String? {
    let run = URL(fileURLWithPath: checkpoint).deletingLastPathComponent().path
    return (try? RecipeFile.read(RunFolder.recipe(in: run)))?.computation.data.map(resolved)
  }

  /// The absolute path, with links followed.
  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
