import Backends
import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import Tensors
import Training

/// A run that takes milliseconds, in a folder that goes with it.
final class SmallTraining {
  let folder: RunFolder
  let images: LabeledImages
  let model: Sequential

  init(imageCount: Int = 26, model: Sequential = SmallTraining.model) throws {
    folder = try RunFolder(NSTemporaryDirectory() + "/nin-training-\(UUID().uuidString)")
    images = try Self.images(imageCount)
    self.model = model
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder.path)
  }

  /// It has dropout, so that a resumed run must continue with the right masks.
  static let model = Sequential(
    Conv2D(6, kernel: 3, stride: 2), ReLU(), Dropout(0.5), Conv2D(4, kernel: 1), GlobalAvgPool2D(), Flatten())

  static var recipe: Recipe {
    Recipe(
      imageSize: 12, batchSize: 4, epochs: 3, optimizer: .sgd(momentum: 0.9, nesterov: true),
      learningRate: LearningRateSchedule(peak: 0.1, warmUpSteps: 3, shape: .linear),
      weightDecay: 1e-3, maximumGradientNorm: 5, seed: 7)
  }

  /// Random images whose brightness determines their class.
  static func images(_ count: Int, side: Int = 9) throws -> LabeledImages {
    var generator = PhiloxGenerator(seed: 3, purpose: .initialization, index: 0)
    let labels = (0..<count).map { Int32($0 % 4) }
    let pixels = labels.flatMap { label in
      (0..<side * side).map { _ in UInt8(Double(label) * 60 + generator.nextUniform() * 40) }
    }
    return try LabeledImages(
      pixels: pixels, shape: [count, 1, side, side], labels: labels, classNames: ["a", "b", "c", "d"])
  }

  func trainer(
    _ state: TrainingState = TrainingState(recipe: SmallTraining.recipe),
    on backend: any Backend = Reference(), precision: Precision? = nil, microBatch: Int? = nil,
    convolutions: ConvolutionChoice? = nil, training: LabeledImages? = nil, test: LabeledImages? = nil,
    interval: CheckpointInterval = .seconds(60)
  ) throws -> Trainer {
    var state = state
    state.recipe.computation.precision = precision ?? state.recipe.computation.precision
    state.recipe.computation.microBatch = microBatch ?? state.recipe.computation.microBatch
    state.recipe.computation.convolutions = convolutions ?? state.recipe.computation.convolutions
    return try Trainer(
      model, state: state, training: training ?? images, test: test ?? images, backend: backend,
      folder: folder, interval: interval)
  }

  /// The state that is on disk.
  func storedState() throws -> TrainingState { try folder.newestState().state }

  func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}

/// Keeps everything it observes.
final class Recorder: TrainingObserver {
  private(set) var losses: [Double] = []
  private(set) var epochs: [EpochResult] = []
  private(set) var diagnoses: [Diagnosis] = []
  private(set) var failures = 0

  func didStep(_ progress: StepProgress) { losses.append(progress.batchLoss) }
  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) { epochs.append(result) }
  func trainingDidFail(state: TrainingState) { failures += 1 }
  func didDiagnose(_ diagnosis: Diagnosis) { diagnoses.append(diagnosis) }
}
