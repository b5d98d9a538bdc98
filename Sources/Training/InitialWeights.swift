import Datasets
import Networks

/// The checkpoint that a run starts from.
struct InitialWeights {
  /// The file, as in the recipe.
  let path: String
  /// Its contents.
  let checkpoint: Checkpoint

  /// Opens the file.
  ///
  /// - Throws: The errors of ``Checkpoint/init(path:imageSize:)``.
  init(path: String) throws {
    self.path = path
    checkpoint = try Checkpoint(path: path)
  }

  /// The normalization that the network was trained with; nil if the file does not state it.
  var normalization: Normalization? {
    checkpoint.knowsPreparation ? checkpoint.description.normalization : nil
  }

  /// Compares how the network was trained with how it will be.
  ///
  /// - Parameters:
  ///   - run: The description of the network to train.
  ///   - takesNormalization: Whether the recipe leaves the normalization to the weights.
  ///   - keepsHead: Whether all parameters were taken.
  /// - Returns: The comparison.
  func comparison(
    with run: CheckpointDescription, takesNormalization: Bool, keepsHead: Bool
  ) -> Trainer.WeightsComparison {
    let theirs = checkpoint.description
    var comparison = Trainer.WeightsComparison()
    comparison.statesPreparation = checkpoint.knowsPreparation
    if checkpoint.knowsPreparation {
      comparison.givesNormalization = takesNormalization
      comparison.otherNormalization = theirs.normalization == run.normalization ? nil : theirs.normalization
      let resize = theirs.resize ?? .pillow
      comparison.otherResize = resize == run.resize ?? .pillow ? nil : resize
    }
    if keepsHead, theirs.classNames.count == run.classNames.count, theirs.classNames != run.classNames {
      comparison.otherClassNames = theirs.classNames
    }
    return comparison
  }
}
