import AllocationCounting
import Backends
import Datasets
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The whole loop: the loader's thread, the step, the schedule, the observer's report.
@Suite("Training in the steady state allocates nothing", .countsAllocations, .optimized)
struct TrainerAllocationTests {
  @Test("from the first steps of an epoch to its last", arguments: TestedBackends.names)
  func epoch(backend: String) throws {
    let folder = try RunFolder(
      FileManager.default.temporaryDirectory.path + "/nin-allocations-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let images = try Self.images(count: 4 * 10)
    var recipe = Recipe(
      imageSize: 12, batchSize: 4, epochs: 1, optimizer: .sgd(momentum: 0.9, nesterov: true),
      learningRate: LearningRateSchedule(peak: 0.1, warmUpSteps: 3, shape: .linear), weightDecay: 1e-3,
      maximumGradientNorm: 5)
    recipe.averageDecay = 0.9
    recipe.augmentation = Augmentation(flip: true, shift: 2, erasing: 0.5)
    let trainer = try Trainer(
      Self.model, state: TrainingState(recipe: recipe), training: images, test: images,
      backend: TestedBackends.make(backend, allowsEmulation: true), folder: folder)
    let counter = AllocationCounter()
    let window = CountingWindow(counter, steps: 3..<9)
    _ = try counter.watch { try trainer.run(observers: [window]) { false } }
    #expect(window.stepsSeen >= window.steps.upperBound)
    expectNothing(of: counter.counts, "training with a loader", on: backend)
  }

  private static let model = Sequential(
    Conv2D(6, kernel: 3, stride: 2), ReLU(), Dropout(0.5), Conv2D(4, kernel: 1), GlobalAvgPool2D(), Flatten())

  /// Gray images, smaller than the recipe's, so that they are resized.
  private static func images(count: Int) throws -> LabeledImages {
    try LabeledImages(
      pixels: (0..<count * 81).map { UInt8($0 * 37 % 256) }, shape: [count, 1, 9, 9],
      labels: (0..<count).map { Int32($0 % 4) }, classNames: ["a", "b", "c", "d"])
  }
}

/// Counts from the end of one step to the end of another.
private final class CountingWindow: TrainingObserver {
  private(set) var stepsSeen = 0
  private let counter: AllocationCounter
  let steps: Range<Int>

  init(_ counter: AllocationCounter, steps: Range<Int>) {
    self.counter = counter
    self.steps = steps
  }

  func didStep(_ progress: StepProgress) {
    stepsSeen = progress.step
    if progress.step == steps.lowerBound { counter.start() }
    if progress.step == steps.upperBound { counter.stop() }
  }
}
