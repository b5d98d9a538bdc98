import Backends
import Datasets
import MachineLimits
import Training

extension ExerciseRunner {
  /// The budget, data and backend for answering an exercise.
  package struct Setting {
    /// The time limit for all runs together, in seconds.
    package var budget: Double
    /// The size of network and images; nil for the budget's default.
    package var size: ExerciseSize?
    /// The images to train on.
    package var training: LabeledImages
    /// The images to test on.
    package var test: LabeledImages
    /// The backend to compute on.
    package var backend: any Backend
    /// Data, precision and so on, common to all runs.
    package var computation = Recipe.Computation()
    /// Measures the machine's peak performance, from which times are predicted; returns nil to omit the prediction.
    ///
    /// It is called only if runs are planned.
    package var ceilings: () throws -> Ceilings? = { nil }
    /// The interval at which the state is written within an epoch.
    package var interval = CheckpointInterval.seconds(30)

    /// Creates a setting; the other properties are set afterwards.
    ///
    /// - Parameters:
    ///   - budget: The time limit for all runs together, in seconds.
    ///   - size: The size of network and images; nil for the budget's default.
    ///   - training: The images to train on.
    ///   - test: The images to test on.
    ///   - backend: The backend to compute on.
    package init(
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
