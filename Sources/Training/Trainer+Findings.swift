import Datasets
import Networks

extension Trainer {
  /// Findings from preparing a run.
  public struct Findings: Sendable {
    /// The new folder of another run's files; nil if there were none.
    public var earlierRun: String?
    /// The new path of a network in the folder that the state of the resumed run does not know; nil if there was none.
    public var foreignCheckpoint: String?
    /// The best epoch so far of the resumed run, if its network is no longer in the folder.
    public var missingBestEpoch: Int?
    /// The new path of a history whose rows do not match the resumed run; nil if there was none.
    public var foreignHistory: String?
    /// Whether the history of the resumed run is missing, so that the new file begins with its next step.
    public var lacksHistory = false
    /// The error of the newest state, if training is resumed from the previous one.
    public var damagedState: String?
    /// The parameters that are not taken from the initial checkpoint: those of a head for a different number of
    /// classes.
    public var newParameters: [String] = []
    /// The differences from the training of the initial checkpoint; nil without one, and for a resumed run.
    public var weights: WeightsComparison?
  }

  /// Differences between the training of the initial checkpoint and that of the run that starts from it.
  public struct WeightsComparison: Sendable, Equatable {
    /// Whether the checkpoint states the preparation of its images, which a plain PyTorch state dict does not.
    public var statesPreparation = false
    /// Whether images are normalized as for the checkpoint, because the recipe does not state a normalization.
    public var givesNormalization = false
    /// The checkpoint's normalization, if the recipe states another.
    public var otherNormalization: Normalization?
    /// The checkpoint's resizing method, if the recipe has another.
    public var otherResize: ResizeMethod?
    /// The checkpoint's class names, if its last layers are kept although the images have as many classes with other names.
    public var otherClassNames: [String]?

    /// A comparison with a checkpoint that states nothing.
    package init() {}
  }
}
