import Datasets
import Training

/// A plan with everything else that must stay the same when it is resumed.
struct StoredPlan: Codable, Equatable {
  /// The plan.
  let plan: ExercisePlan
  /// The images of the runs.
  let data: DataDigests
}

extension StoredPlan {
  /// Requires a request to match the plan.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - variants: The identifiers of the networks that are compared.
  ///   - isSizeGiven: Whether the size was requested, or is the budget's default.
  ///   - data: The given images.
  ///   - folder: The folder of the plan.
  /// - Throws: ``ExerciseError`` that names what differs.
  func require(
    _ request: ExercisePlan.Request, variants: [String], isSizeGiven: Bool, data: DataDigests, folder: String
  ) throws {
    let advice = "give the same options to resume it, or another --output"
    guard plan.exercise == request.exercise else {
      throw ExerciseError.otherPlan(
        path: folder, reason: "\(folder) was planned for exercise \(plan.exercise); give another --output")
    }
    guard plan.budget == request.budget else {
      throw ExerciseError.otherPlan(
        path: folder,
        reason: "\(folder) was planned with --budget \(ExercisePlan.given(plan.budget)), not "
          + "\(ExercisePlan.given(request.budget)); \(advice)")
    }
    guard !isSizeGiven || plan.size == request.size else {
      throw ExerciseError.otherPlan(
        path: folder,
        reason: "\(folder) was planned with --size \(plan.size.name), not \(request.size.name); \(advice)")
    }
    guard plan.backend == request.backend else {
      throw ExerciseError.otherPlan(
        path: folder,
        reason: "\(folder) was planned on the backend \(plan.backend), not \(request.backend); \(advice)")
    }
    guard plan.costs.map(\.variant) == variants else {
      throw ExerciseError.otherPlan(
        path: folder,
        reason: "\(folder) was planned for different networks or a different --control; \(advice)")
    }
    guard self.data == data else {
      throw ExerciseError.unsuitableInput(
        reason:
          "the images differ from those that the exercise in \(folder) began with; give the same --data, or another --output"
      )
    }
  }
}
