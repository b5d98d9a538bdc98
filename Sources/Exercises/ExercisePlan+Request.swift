extension ExercisePlan {
  /// The inputs of a plan.
  package struct Request: Sendable {
    /// The exercise's number.
    package var exercise: Int
    /// The time limit for all runs together, in seconds.
    package var budget: Double
    /// The size of network and images.
    package var size: ExerciseSize
    /// The name of the backend.
    package var backend: String
    /// The number of training images.
    package var trainingImages: Int
    /// The number of test images.
    package var testImages: Int

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - exercise: The exercise's number.
    ///   - budget: The time limit for all runs together, in seconds.
    ///   - size: The size of network and images.
    ///   - backend: The name of the backend.
    ///   - trainingImages: The number of training images.
    ///   - testImages: The number of test images.
    package init(
      exercise: Int, budget: Double, size: ExerciseSize, backend: String, trainingImages: Int,
      testImages: Int
    ) {
      self.exercise = exercise
      self.budget = budget
      self.size = size
      self.backend = backend
      self.trainingImages = trainingImages
      self.testImages = testImages
    }
  }
}
