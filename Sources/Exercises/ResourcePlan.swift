/// How the networks of the exercise on resources are measured.
struct ResourcePlan: Codable, Equatable {
  /// The exercise's number.
  let exercise: Int
  /// Seconds that all measurements may take together.
  let budget: Double
  /// The name of the backend.
  let backend: String
  /// How many images a measured batch has.
  let batch: Int
  /// How often each network is measured.
  let repetitions: Int

  private static let largestBatch = 32
  private static let usualRepetitions = 5
  private static let fewestRepetitions = 2
  private static let mostRepetitions = 20
  /// Weights have to be drawn too, and a machine's speed changes.
  private static let plannedShare = 0.5

  /// Chooses the largest batch that can be measured a few times, then as many repetitions as the budget has.
  ///
  /// - Parameters:
  ///   - exercise: The exercise's number.
  ///   - budget: Seconds.
  ///   - backend: The name of the backend.
  ///   - seconds: What an image is expected to take in all networks, trained and predicted; nil where that is unknown.
  /// - Throws: ``ExerciseError`` that names the least budget if it is too small for two measurements of each network.
  init(exercise: Int, budget: Double, backend: String, secondsPerImage seconds: Double?) throws {
    self.exercise = exercise
    self.budget = budget
    self.backend = backend
    guard let seconds, seconds > 0 else {
      (batch, repetitions) = (1, Self.fewestRepetitions)
      return
    }
    let usable = Self.plannedShare * budget
    // The first of each does not count.
    let least = Double(Self.fewestRepetitions + 1) * seconds
    guard usable >= least else {
      let enough = least / Self.plannedShare
      throw ExerciseError.budgetTooShort(
        enough: enough,
        reason: "--budget \(ExercisePlan.text(budget)) is too short to measure each network twice; --budget "
          + "\(ExercisePlan.text(enough)) is enough")
    }
    var batch = 1
    while batch < Self.largestBatch, Double(2 * batch * (Self.usualRepetitions + 1)) * seconds <= usable {
      batch *= 2
    }
    self.batch = batch
    let affordable = Int(min(usable / (Double(batch) * seconds), 1e6)) - 1
    repetitions = min(max(affordable, Self.fewestRepetitions), Self.mostRepetitions)
  }
}
