/// The measurements for the exercise on resources.
struct ResourcePlan: Codable, Equatable {
  /// The exercise's number.
  let exercise: Int
  /// The time limit for all measurements together, in seconds.
  let budget: Double
  /// The name of the backend.
  let backend: String
  /// The number of images in a measured batch.
  let batch: Int
  /// The number of measurements of each network.
  let repetitions: Int

  private static let maximumBatchSize = 32
  private static let usualRepetitions = 5
  static let minimumRepetitions = 2
  private static let maximumRepetitions = 20
  /// The share of the budget that is planned, since weights have to be initialized and a machine's speed varies.
  private static let plannedShare = 0.5

  /// Chooses the largest batch that can be measured a few times, then as many repetitions as the budget allows.
  ///
  /// - Parameters:
  ///   - exercise: The exercise's number.
  ///   - budget: Seconds.
  ///   - backend: The name of the backend.
  ///   - seconds: The expected time of an image in all networks, trained and predicted; nil if unknown.
  /// - Throws: ``ExerciseError`` that names the smallest budget if it is too small for two measurements of each
  ///   network.
  init(exercise: Int, budget: Double, backend: String, secondsPerImage seconds: Double?) throws {
    self.exercise = exercise
    self.budget = budget
    self.backend = backend
    guard let seconds, seconds > 0 else {
      (batch, repetitions) = (1, Self.minimumRepetitions)
      return
    }
    let usable = Self.plannedShare * budget
    // The first of each is discarded.
    let least = Double(Self.minimumRepetitions + 1) * seconds
    guard usable >= least else {
      let enough = least / Self.plannedShare
      throw ExerciseError.budgetTooShort(
        enough: enough,
        reason: "--budget \(ExercisePlan.given(budget)) is too short to measure each network twice; --budget "
          + "\(ExercisePlan.text(enough)) should be enough")
    }
    var batch = 1
    while batch < Self.maximumBatchSize, Double(2 * batch * (Self.usualRepetitions + 1)) * seconds <= usable {
      batch *= 2
    }
    self.batch = batch
    let affordable = Int(min(usable / (Double(batch) * seconds), 1e6)) - 1
    repetitions = min(max(affordable, Self.minimumRepetitions), Self.maximumRepetitions)
  }
}
