import Backends
import Datasets
import Layers
import Networks
import Operations
import Tensors
import TestSupport
import Testing
import Training

/// NiN itself, on real images if they are available.
@Suite("NiN", .serialized)
struct NiNTrainingTests {
  /// Fashion-MNIST's first training images, or else random ones.
  private static func images(_ count: Int) throws -> LabeledImages {
    if let real = try? FashionMNIST().training() { return real.prefix(count) }
    var generator = PhiloxGenerator(seed: 4, purpose: .initialization, index: 0)
    let pixels = (0..<count * 28 * 28).map { _ in UInt8(generator.nextUniform() * 255) }
    return try LabeledImages(
      pixels: pixels, shape: [count, 1, 28, 28], labels: (0..<count).map { Int32($0 % 10) },
      classNames: FashionMNIST.classNames)
  }

  private static func normalization(_ recipe: Recipe) throws -> Normalization {
    switch recipe.normalization {
    case nil: return .none
    case .fixed(let normalization): return normalization
    case .measured: throw TrainingError.invalidRecipe(reason: "the recipe measures its normalization")
    }
  }

  /// The network with the first parameters of a recipe.
  private static func network(_ recipe: Recipe, side: Int = 96, on backend: any Backend) throws -> Network {
    let network = try Network(
      NiN(classes: 10), image: [1, side, side], backend: backend,
      options: NetworkOptions(
        batchSizes: [recipe.batchSize], isTraining: true, optimizerSlots: recipe.rule(learningRate: 0).slots),
      normalization: normalization(recipe))
    try network.initialize(recipe.initialization, seed: recipe.seed)
    return network
  }

  /// The losses of the first steps, one batch a step.
  private static func losses(
    _ recipe: Recipe, steps: Int, on backend: any Backend, images: LabeledImages
  ) throws -> [Double] {
    let network = try network(recipe, on: backend)
    let loader = try BatchLoader(
      images: images, size: PixelSize(square: 96), batchSize: recipe.batchSize,
      order: Shuffle.order(count: images.count, seed: recipe.seed, epoch: 0))
    var losses: [Double] = []
    while losses.count < steps, let batch = try loader.next(), let pixels = batch.images.baseAddress {
      let context = RunContext(isTraining: true, seed: recipe.seed, step: losses.count)
      losses.append(try network.computeGradients(.bytes(pixels), labels: batch.labels, context: context).loss)
      try network.update(
        recipe.rule(
          learningRate: recipe.learningRate.rate(step: losses.count - 1, epochs: 1, stepsPerEpoch: 1000)),
        step: losses.count - 1, maximumNorm: recipe.maximumGradientNorm)
    }
    return losses
  }

  /// The quick recipe's steps are so large that rounding grows a hundredfold in a few of them: from 1e-8 in the
  /// third loss to 5e-3 in the tenth.
  @Test(
    "has the same first losses on every backend, and the same bits twice on one",
    arguments: [(recipe: Recipe.book, steps: 10, bound: 1e-3), (recipe: Recipe.quick, steps: 4, bound: 1e-4)])
  func firstLosses(recipe: Recipe, steps: Int, bound: Double) throws {
    var recipe = recipe
    recipe.batchSize = 16
    let images = try Self.images(16 * steps)
    var expected: [Double]?
    for backend in try TestedBackends.all() {
      let losses = try Self.losses(recipe, steps: steps, on: backend, images: images)
      #expect(losses.count == steps)
      if let expected {
        let worst = zip(losses, expected).map { abs($0 - $1) / $1 }.max() ?? 1
        #expect(worst < bound, "\(backend.name): \(losses), not \(expected)")
      }
      expected = expected ?? losses
    }
    for backend in try TestedBackends.fast() {
      let twice = try (0..<2).map { _ in try Self.losses(recipe, steps: 4, on: backend, images: images) }
      #expect(twice[0] == twice[1], "\(backend.name)")
    }
  }

  @Test("overfits one batch of 64 images, with the unchanged quick recipe")
  func overfits() throws {
    var recipe = Recipe.quick
    recipe.batchSize = 64
    let images = try Self.images(64)
    for backend in try TestedBackends.fast() {
      let side = recipe.imageSize
      let network = try Self.network(recipe, side: side, on: backend)
      let loader = try BatchLoader(images: images, size: PixelSize(square: side), batchSize: 64)
      let batch = try #require(try loader.next())
      let pixels = try #require(batch.images.baseAddress)
      var score = ClassificationScore()
      for step in 0..<300 {
        _ = try network.computeGradients(
          .bytes(pixels), labels: batch.labels,
          context: RunContext(isTraining: true, seed: recipe.seed, step: step))
        try network.update(
          recipe.rule(
            learningRate: recipe.learningRate.rate(step: step, epochs: 1, stepsPerEpoch: 300)),
          step: step, maximumNorm: recipe.maximumGradientNorm)
        guard step % 10 == 9 else { continue }
        score = try network.evaluate(.bytes(pixels), labels: batch.labels)
        if score.correct == 64 && score.loss < 0.05 { break }
      }
      #expect(score.correct == 64, "\(backend.name): \(score)")
      #expect(score.loss < 0.05, "\(backend.name): \(score)")
    }
  }
}
