import Backends
import Datasets
import Foundation
import TestSupport
import Training

@testable import Exercises

/// An exercise whose runs take fractions of a second, with a difference that is known: the half learning rate.
struct SmallExercise {
  let exercise: Exercise
  let training: LabeledImages
  let test: LabeledImages
  let backend: any Backend

  static let size = ExerciseSize(
    name: "tiny", imageSize: 67, width: 1 / 16, batchSize: 8, epochs: 2, learningRate: 0.004, warmUpSteps: 0,
    trainingImages: 80...80, testImages: 40)

  init(measures: [ExerciseMeasure] = ExerciseMeasure.allCases) throws {
    exercise = Exercise(
      number: 1, title: "half the learning rate", question: "What does half the learning rate change?",
      method: .training([
        ExerciseVariant("the full rate", "full"),
        ExerciseVariant("half the rate", "half") { $0.learningRateFactor = 0.5 },
      ]), measures: measures, background: "Less is learned in as many steps.")
    training = try Self.images(80)
    test = try Self.images(40)
    backend = try TestedBackends.make(TestedBackends.fastest, threads: 1)
  }

  /// Images whose brightness determines their class.
  static func images(_ count: Int) throws -> LabeledImages {
    let labels = (0..<count).map { Int32($0 % 10) }
    let pixels = labels.enumerated().flatMap { index, label in
      (0..<28 * 28).map { UInt8(Int(label) * 22 + ($0 * 31 + index * 17) % 40) }
    }
    return try LabeledImages(
      pixels: pixels, shape: [count, 1, 28, 28], labels: labels, classNames: (0..<10).map { "class \($0)" })
  }

  /// A plan with so many seeds; its costs are made up.
  func plan(seeds: Int, budget: Double = 3600) throws -> ExercisePlan {
    let start = 0.9 * budget / (Double(seeds) + 0.5) / 2 - 1
    let costs = exercise.variants.map {
      VariantCost(variant: $0.identifier, trainingImage: 0, testImage: 0, start: start)
    }
    return try ExercisePlan(
      ExercisePlan.Request(
        exercise: 1, budget: budget, size: Self.size, backend: backend.name, trainingImages: training.count,
        testImages: test.count), costs: costs)
  }

  /// Gives a folder a plan, as if it had been made there.
  func write(_ plan: ExercisePlan, to folder: ExerciseFolder) throws {
    try folder.create(folder.path)
    let data = DataDigests(training: training.digest, test: test.digest)
    try folder.writeJSON(StoredPlan(plan: plan, data: data), to: folder.plan)
  }

  func runner(
    in folder: ExerciseFolder, budget: Double = 3600, size: ExerciseSize? = SmallExercise.size,
    training: LabeledImages? = nil, report: @escaping (ExerciseProgress) -> Void = { _ in }
  ) -> ExerciseRunner {
    var setting = ExerciseRunner.Setting(
      budget: budget, size: size, training: training ?? self.training, test: test, backend: backend)
    setting.interval = .steps(3)
    return ExerciseRunner(exercise, folder: folder, setting: setting, report: report)
  }
}
