extension ExercisePlan {
  /// What a plan is made of.
  public struct Request: Sendable {
    /// The exercise's number.
    public var exercise: Int
    /// Seconds that all runs may take together.
    public var budget: Double
    /// The size of network and images.
    public var size: ExerciseSize
    /// The name of the backend.
    public var backend: String
    /// How many training images there are.
    public var trainingImages: Int
    /// How many test images there are.
    public var testImages: Int

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - exercise: The exercise's number.
    ///   - budget: Seconds that all runs may take together.
    ///   - size: The size of network and images.
    ///   - backend: The name of the backend.
    ///   - trainingImages: How many training images there are.
    ///   - testImages: How many test images there are.
    public init(
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
