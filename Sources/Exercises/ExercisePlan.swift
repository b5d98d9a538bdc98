import Tensors

/// The runs that answer an exercise within a budget.
///
/// A larger budget first adds seeds, up to five, then training images, then more seeds, so it never has fewer of
/// either.
package struct ExercisePlan: Codable, Equatable, Sendable {
  /// The exercise's number.
  package let exercise: Int
  /// The time limit for all runs together, in seconds.
  package let budget: Double
  /// The size of network and images.
  package let size: ExerciseSize
  /// The name of the backend.
  package let backend: String
  /// The number of passes of each run over its training images.
  package let epochs: Int
  /// Training images of each run.
  package let trainingImages: Int
  /// Test images of each run.
  package let testImages: Int
  /// The number of seeds that each variant is trained with, starting from 0.
  package let seeds: Int
  /// The time that each variant takes.
  package let costs: [VariantCost]

  /// The longest time limit that can be given, in seconds: 1,000 hours.
  package static let maximumBudget = 1000.0 * 3600
  private static let usualSeeds = 5
  private static let maximumSeeds = 200
  private static let imageStep = 500
  /// The share of the budget that is planned, since a machine's speed varies.
  private static let plannedShare = 0.9
  /// The margin of a recommended budget, since measuring the speeds takes time and is not exact.
  private static let margin = 1.1
  /// Seconds for writing a run's files after an epoch.
  private static let writing = 0.1

  /// Plans runs.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - costs: The time that each variant takes.
  ///   - spent: The seconds of the budget that have been spent already.
  /// - Throws: ``ExerciseError`` that names the smallest budget if it is too small for two seeds.
  package init(_ request: Request, costs: [VariantCost], spent: Double = 0) throws {
    let usable = Self.plannedShare * request.budget - spent
    let ladder = Ladder(request, costs)
    let least = ladder.seconds(images: ladder.fewest)
    let affordable = Int(min(usable / least, 1e6).rounded(.down))
    guard affordable >= 2 else {
      let enough = Self.margin * (2 * least + spent) / Self.plannedShare
      throw ExerciseError.budgetTooShort(
        enough: enough,
        reason:
          "--budget \(Self.given(request.budget)) is too short for two runs of each of \(costs.count) networks at the size "
          + "\(request.size.name.quoted); --budget \(Self.text(enough)) should be enough")
    }
    var (images, seeds) = (ladder.fewest, min(affordable, Self.usualSeeds))
    if affordable >= Self.usualSeeds {
      while images < ladder.most,
        Double(Self.usualSeeds) * ladder.seconds(images: ladder.next(images)) <= usable
      {
        images = ladder.next(images)
      }
      if images == ladder.most {
        seeds = min(
          max(Int(min(usable / ladder.seconds(images: images), 1e6)), Self.usualSeeds), Self.maximumSeeds)
      }
    }
    exercise = request.exercise
    budget = request.budget
    size = request.size
    backend = request.backend
    epochs = request.size.epochs
    trainingImages = images
    testImages = ladder.testImages
    self.seeds = seeds
    self.costs = costs
  }

  /// The amount of training and testing in each run.
  package var run: RunSize {
    RunSize(size, epochs: epochs, trainingImages: trainingImages, testImages: testImages)
  }

  /// The number of steps in each run.
  package var steps: Int { (trainingImages + size.batchSize - 1) / size.batchSize * epochs }

  /// Seconds that one seed of all variants is expected to take.
  package var secondsPerSeed: Double {
    Self.secondsPerSeed(costs, trainingImages, testImages, epochs: epochs)
  }

  /// Seconds that all runs are expected to take.
  package var seconds: Double { Double(seeds) * secondsPerSeed }

  /// The smallest budget with which a number of seeds is planned, at the speeds and with the data of this plan.
  ///
  /// - Parameters:
  ///   - seeds: The number of seeds, more than this plan has.
  ///   - available: The number of training images.
  /// - Returns: Seconds; nil if no budget suffices, up to ``maximumBudget``.
  package func budget(forSeeds seeds: Int, available: Int) -> Double? {
    guard seeds <= Self.maximumSeeds else { return nil }
    let ladder = ladder(available: available)
    let images = ladder.images(forSeeds: seeds)
    let enough = Self.margin * Double(seeds) * ladder.seconds(images: images) / Self.plannedShare
    return enough <= Self.maximumBudget ? enough : nil
  }

  /// The number of training images of the smallest plan that has a number of seeds.
  ///
  /// - Parameters:
  ///   - seeds: The number of seeds.
  ///   - available: The number of training images.
  /// - Returns: The number of images in each run, at least this plan's.
  package func trainingImages(forSeeds seeds: Int, available: Int) -> Int {
    max(ladder(available: available).images(forSeeds: seeds), trainingImages)
  }

  private func ladder(available: Int) -> Ladder {
    Ladder(
      Request(
        exercise: exercise, budget: budget, size: size, backend: backend, trainingImages: available,
        testImages: testImages), costs)
  }

  /// The maximum number of seeds that a budget suffices for, at the speeds and with the data of this plan.
  ///
  /// - Parameter available: The number of training images.
  /// - Returns: The number of seeds, at least this plan's.
  package func maximumSeeds(available: Int) -> Int {
    (seeds...max(seeds, Self.maximumSeeds)).last { budget(forSeeds: $0, available: available) != nil }
      ?? seeds
  }

  /// A budget as `--budget` takes it: `90s`, `150s`, `25m`, `3h`.
  package static func given(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    if whole % 3600 == 0 { return "\(whole / 3600)h" }
    return whole % 60 == 0 ? "\(whole / 60)m" : "\(whole)s"
  }

  /// Seconds as `--budget` takes them, rounded up: `90s`, `25m`, `3h`.
  package static func text(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Int(seconds.rounded(.up)))s"
    case ..<7200: "\(Int((seconds / 60).rounded(.up)))m"
    default: "\(Int(min(seconds / 3600, 1e9).rounded(.up)))h"
    }
  }

  private static func secondsPerSeed(_ costs: [VariantCost], _ images: Int, _ testImages: Int, epochs: Int)
    -> Double
  {
    let epochs = Double(epochs)
    return costs.reduce(0) { sum, cost in
      // Shifted images, dead channels and gradients take about as long as another test.
      sum + cost.start + epochs * (Double(images) * cost.trainingImage + writing)
        + (epochs + 1) * Double(testImages) * cost.testImage
    }
  }

  /// The numbers of training images that a plan may have.
  private struct Ladder {
    let fewest: Int
    let most: Int
    let testImages: Int
    private let costs: [VariantCost]
    private let epochs: Int

    init(_ request: Request, _ costs: [VariantCost]) {
      fewest = min(request.size.minimumImages, request.trainingImages)
      most = min(request.size.maximumImages, request.trainingImages)
      testImages = min(request.size.testImages, request.testImages)
      epochs = request.size.epochs
      self.costs = costs
    }

    func next(_ images: Int) -> Int { min(images + imageStep, most) }

    /// The fewest images with which a plan has so many seeds.
    func images(forSeeds seeds: Int) -> Int { seeds <= usualSeeds ? fewest : most }

    func seconds(images: Int) -> Double {
      ExercisePlan.secondsPerSeed(costs, images, testImages, epochs: epochs)
    }
  }
}
