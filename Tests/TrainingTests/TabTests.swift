import Backends
import Datasets
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite("A run by a tab")
struct TabTests {
  private static func recipe(_ tab: Tab) -> Recipe {
    var recipe = SmallTraining.recipe
    recipe.tab = tab
    return recipe
  }

  @Test(
    "is resumed in the middle to the same bytes, on any number of threads", arguments: Tab.allCases,
    [2, 9, 14])
  func resume(tab: Tab, stepsBeforeStop: Int) throws {
    for name in TestedBackends.names {
      let (whole, parts) = (try SmallTraining(), try SmallTraining())
      try whole.trainer(TrainingState(recipe: Self.recipe(tab)), on: TestedBackends.make(name)).run()
      let recorder = Recorder()
      try parts.trainer(TrainingState(recipe: Self.recipe(tab)), on: TestedBackends.make(name)).run(
        observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
      try parts.trainer(parts.storedState(), on: TestedBackends.make(name, threads: 1)).run()
      for (left, right) in [
        (whole.folder.checkpoint, parts.folder.checkpoint),
        (whole.folder.bestCheckpoint, parts.folder.bestCheckpoint),
        (whole.folder.state, parts.folder.state),
      ] {
        #expect(try whole.bytes(left) == parts.bytes(right), "\(name)")
      }
    }
  }

  @Test("gives a network that says how its images are resized", arguments: Tab.allCases)
  func description(tab: Tab) throws {
    let training = try SmallTraining()
    let trainer = try training.trainer(TrainingState(recipe: Self.recipe(tab)))
    try trainer.run()
    let checkpoint = try Checkpoint(path: training.folder.checkpoint)
    #expect(checkpoint.description.resize == tab.resize)
    let score = try evaluate(trainer.network, on: training.images, resize: tab.resize, batchSize: 4)
    #expect(score.loss == trainer.state.history.last?.testLoss)
  }

  @Test("begins with the tab's parameters, and resizes as it does")
  func beginning() throws {
    var firstLosses: Set<Double> = []
    for tab in Tab.allCases {
      let training = try SmallTraining()
      let recorder = Recorder()
      try training.trainer(TrainingState(recipe: Self.recipe(tab))).run(
        observers: [recorder], shouldStop: { recorder.losses.count == 1 })
      firstLosses.formUnion(recorder.losses)
    }
    #expect(firstLosses.count == 4)
  }

  @Test("without a tab is as it was: Glorot uniform, Pillow, and nothing of tabs in its files")
  func absent() throws {
    let training = try SmallTraining()
    let trainer = try training.trainer()
    #expect(trainer.description.resize == nil)
    let recipe = trainer.state.recipe
    #expect(
      recipe.tab == nil && recipe.resize == .pillow && recipe.effectiveInitialization == recipe.initialization
    )
    let file = try SafetensorsFile(path: training.folder.state)
    #expect(file.metadata.values.allSatisfy { !$0.contains("\"tab\"") && !$0.contains("resize") })
  }

  @Test("is rejected with what contradicts the tab, in a line that names both", arguments: Tab.allCases)
  func contradictions(tab: Tab) throws {
    var quick = Recipe.quick
    quick.tab = tab
    let error = try #require(throws: TrainingError.self) { try quick.validate() }
    #expect(error.description.contains("'\(tab.rawValue)'") && error.description.contains("initialization"))

    var flipping = Self.recipe(tab)
    flipping.augmentation.flip = true
    guard !tab.resize.givesBytes else {
      try flipping.validate()
      return
    }
    let refusal = try #require(throws: TrainingError.self) { try flipping.validate() }
    #expect(refusal.description.contains("flip") && !refusal.description.contains("\n"))
    let training = try SmallTraining()
    #expect(throws: TrainingError.self) {
      try Trainer(
        SmallTraining.model, recipe: Self.recipe(tab), training: training.images,
        backend: TestedBackends.make("reference"),
        transforms: [HorizontalFlip()])
    }
  }

  @Test("of jax has its head on variants of NiN, unless they have another; no other tab has it")
  func heads() throws {
    let deep = ModelChoice(try NiNDesign(depth: .twentyOne))
    #expect(try Tab.jax.choice(deep).design == NiNDesign(head: .window, depth: .twentyOne))
    for choice in [ModelChoice(try NiNDesign(head: .dense)), ModelChoice(.alexnet)] {
      #expect(try Tab.jax.choice(choice) == choice)
    }
    for tab in [Tab.mxnet, .pytorch, .tensorflow] { #expect(try tab.choice(deep) == deep) }
  }

  @Test("of jax is rejected on images that its window does not fit")
  func smallImages() throws {
    var recipe = Self.recipe(.jax)
    recipe.imageSize = 194
    recipe.batchSize = 1
    let images = try SmallTraining.images(2)
    #expect(throws: LayerError.self) {
      try Trainer(recipe: recipe, training: images, backend: TestedBackends.make(TestedBackends.fastest))
    }
  }
}
