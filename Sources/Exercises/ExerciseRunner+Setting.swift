import Backends
import Datasets
import MachineLimits
import Training

extension ExerciseRunner {
  /// What an exercise is answered with.
  public struct Setting {
    /// Seconds that all runs may take together.
    public var budget: Double
    /// The size of network and images; nil for what is usual for the budget.
    public var size: ExerciseSize?
    /// The images to train on.
    public var training: LabeledImages
    /// The images to test on.
    public var test: LabeledImages
    /// The backend to compute on.
    public var backend: any Backend
    /// Data, precision and the like, which all runs share.
    public var computation = Recipe.Computation()
    /// Measures what the machine can do, by which times are predicted; gives nil to do without.
    ///
    /// It is called only where runs are planned.
    public var ceilings: () throws -> Ceilings? = { nil }
    /// How often the state is written within an epoch.
    public var interval = CheckpointInterval.seconds(30)

    /// Makes a setting; the rest is set afterwards.
    ///
    /// - Parameters:
    ///   - budget: Seconds that all runs may take together.
    ///   - size: The size of network and images; nil for what is usual for the budget.
    ///   - training: The images to train on.
    ///   - test: The images to test on.
    ///   - backend: The backend to compute on.
    public init(
      budget: Double, size: ExerciseSize? = nil, training: LabeledImages, test: LabeledImages,
      backend: any Backend
    ) {
      self.budget = budget
      self.size = size
      self.training = training
      self.test = test
      self.backend = backend
    }
  }
}
