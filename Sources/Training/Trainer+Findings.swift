extension Trainer {
  /// Findings while training was prepared.
  public struct Findings: Sendable {
    /// The new folder of another run's files; nil if there were none.
    public var earlierRun: String?
    /// The new path of a network in the folder that the state of the resumed run does not know; nil if there was none.
    public var foreignCheckpoint: String?
    /// The new path of a history whose rows do not match the resumed run; nil if there was none.
    public var foreignHistory: String?
    /// The error of the newest state, if training is resumed from the previous one.
    public var damagedState: String?
    /// The kinds of functions whose types differ from those that the resumed run began with: `loss`, `update rule`,
    /// `transforms`.
    public var changedFunctions: [String] = []
    /// The parameters that are not taken from the initial checkpoint: those of a head for different classes.
    public var newParameters: [String] = []
  }
}
