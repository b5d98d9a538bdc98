import Backends
import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

@Suite("A run with parts that only its program can provide")
struct CustomPartsTests {
  private struct Dark: ImageTransform {
    func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
      for index in image.pixels.indices { image.pixels[index] /= 2 }
    }
  }

  private struct SignDescent: CustomUpdateRule {
    var learningRate: Double
    let slots: [String] = []

    func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
      element.value -= element.gradient > 0 ? learningRate : element.gradient < 0 ? -learningRate : 0
    }
  }

  /// The sum of the wrong classes' scores minus that of the right one.
  private struct Linear: CustomLoss {
    func score(_ call: CustomLossCall) -> ClassificationScore {
      var score = ClassificationScore(correct: call.correctCount, count: call.count)
      for row in 0..<call.count {
        for index in 0..<call.classes {
          let sign: Float = index == call.label(row) ? -1 : 1
          score.lossSum += Double(sign * call.logits(row)[index])
          call.gradient(row)?[index] = sign / Float(call.imagesOfBatch)
        }
      }
      return score
    }
  }

  private static let functions = TrainingFunctions(
    loss: .custom(Linear()), updateRule: { .custom(SignDescent(learningRate: $0)) })

  private static var recipe: Recipe {
    Recipe(imageSize: 9, batchSize: 8, epochs: 1, learningRate: LearningRateSchedule(peak: 0.01), seed: 7)
  }

  private func trainer(
    _ training: SmallTraining, _ model: Sequential? = SmallTraining.model, recipe: Recipe = recipe,
    functions: TrainingFunctions = functions, transforms: [any ImageTransform] = [Dark()]
  ) throws -> Trainer {
    try Trainer(
      model, recipe: recipe, training: training.images, test: training.images, backend: Reference(),
      functions: functions, transforms: transforms, folder: training.folder)
  }

  @Test("names them in its recipe, and the first line says that only the program can reproduce it")
  func names() throws {
    let training = try SmallTraining()
    try trainer(training).run()
    let custom = try RecipeFile.read(training.folder.recipe).custom
    #expect(custom.network?.hasPrefix("Sequential(Conv2D(6, kernel: 3, stride: 2), ReLU(), Dropout") == true)
    #expect(custom.loss == "Linear" && custom.updateRule == "SignDescent" && custom.transforms == ["Dark"])
    #expect(custom.hasImages)
    let text = String(decoding: try training.bytes(training.folder.recipe), as: UTF8.self)
    for line in ["model: \"custom\"", "loss: \"Linear\"", "transforms: [\"Dark\"]", "images: \"custom\""] {
      #expect(text.contains("\n  \(line),\n"), "\(text)")
    }
    let title = try #require(text.split(separator: "\n").first)
    for part in [
      "a custom network", "loss (Linear)", "update rule (SignDescent)", "transforms (Dark)", "custom images",
      "only the program",
    ] { #expect(title.contains(part), "\(title)") }
    // The state has its own record.
    #expect(try training.storedState().recipe.custom.isEmpty)
  }

  @Test("has a recipe that survives a round trip")
  func roundTrip() throws {
    var recipe = Self.recipe
    recipe.custom.network = "Sequential(Mine(name: \"a\"))"
    recipe.custom.updateRule = "SignDescent"
    recipe.custom.transforms = ["Dark", "Fog"]
    recipe.custom.hasImages = true
    let folder = try TemporaryFolder()
    let path = try folder.write(Data(RecipeFile.text(recipe, title: "A title").utf8), to: "mine.json5")
    #expect(try RecipeFile.read(path) == recipe)
    var small = recipe
    small.model = ModelChoice(.ninSmall)
    // The file has the layers instead of the model.
    #expect(RecipeFile.text(small, title: "A title") == RecipeFile.text(recipe, title: "A title"))
    for text in [RecipeFile.text(Self.recipe, title: "A title"), RecipeFile.text(.quick, title: "A title")] {
      for key in ["layers:", "loss:", "updateRule:", "transforms:", "images:"] {
        #expect(!text.contains(key))
      }
    }
  }

  @Test("is repeated from its recipe by a program that provides them, and by no other")
  func repeated() throws {
    let training = try SmallTraining()
    try trainer(training).run()
    var recipe = try RecipeFile.read(training.folder.recipe)
    let again = try SmallTraining()
    try trainer(again, recipe: recipe).run()
    #expect(try again.bytes(again.folder.checkpoint) == training.bytes(training.folder.checkpoint))
    #expect(try again.bytes(again.folder.recipe) == training.bytes(training.folder.recipe))
    let other = try SmallTraining()
    let wrong: [(Sequential?, TrainingFunctions, [any ImageTransform], String)] = [
      (nil, Self.functions, [Dark()], "a custom network; pass the network as `model`"),
      (
        Sequential(Conv2D(4, kernel: 3), GlobalAvgPool2D(), Flatten()), Self.functions, [Dark()],
        "other layers than the given network; pass the same network as `model`"
      ),
      (
        SmallTraining.model, TrainingFunctions(), [Dark()],
        "the loss Linear and the update rule SignDescent, but the trainer is given the recipe's loss"
      ),
      (SmallTraining.model, Self.functions, [], "the transforms Dark, but the trainer is given no custom"),
    ]
    for (model, functions, transforms, word) in wrong {
      let error = #expect(throws: TrainingError.self) {
        try trainer(other, model, recipe: recipe, functions: functions, transforms: transforms)
      }
      guard case .mismatch(let reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(reason.contains(word), "\(reason)")
    }
    #expect(!other.folder.hasState)
    // A recipe that names nothing leaves the functions to the program.
    var plain = recipe
    plain.custom = Recipe.CustomParts()
    plain.custom.hasImages = true
    #expect(try trainer(other, recipe: plain).run() == .finished)
    let error = #expect(throws: TrainingError.self) { try recipe.requireNoCode(path: "a.json5") }
    #expect(
      error?.description
        == "a.json5 cannot be used: 'model', 'loss', 'updateRule', 'transforms' and 'images' name a custom network, a custom "
        + "loss (Linear), a custom update rule (SignDescent), custom transforms (Dark) and custom images, which only a program "
        + "can provide")
    plain.custom = Recipe.CustomParts()
    plain.custom.loss = "mse"
    let loss = #expect(throws: TrainingError.self) { try plain.requireNoCode(path: "a.json5") }
    #expect(
      loss?.description
        == "a.json5 cannot be used: 'loss' names a custom loss (mse), which only a program can provide")
    recipe.custom.loss = "two\nlines"
    #expect(recipe.custom.phrase.contains(#"(two\nlines)"#))
  }

  /// A recipe's computation without the data.
  private static func computation(of recipe: Recipe) -> Recipe.Computation {
    var computation = recipe.computation
    (computation.data, computation.channels, computation.testSplit) = (nil, nil, nil)
    return computation
  }

  @Test("is not one on the training and test images of a folder; the recipe has the folder")
  func folders() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("data/\(name)"), withIntermediateDirectories: true)
      for number in 0..<5 {
        let pixels = (0..<81).map { UInt8(($0 * 3 + number) % 256) }
        try folder.write(
          PNGBytes.file(width: 9, height: 9, channels: 1, pixels), to: "data/\(name)/\(number).png")
      }
    }
    func data(testFraction: Double, classNames: [String] = []) throws -> ImageFolder {
      try ImageFolder(
        path: folder.path("data"),
        options: ImageFolder.Options(testFraction: testFraction, classNames: classNames))
    }
    let whole = try data(testFraction: 0.4)
    let (images, test) = (try whole.training(), try whole.test())
    let model = Sequential(Conv2D(2, kernel: 3), GlobalAvgPool2D(), Flatten())
    var moved = Self.recipe
    moved.computation.data = "/another"
    moved.computation.channels = 3
    moved.computation.testSplit = 0.9
    func stored(
      _ images: LabeledImages, validation: LabeledImages? = nil, test: LabeledImages?,
      recipe: Recipe = Self.recipe
    ) throws -> Recipe {
      let run = try RunFolder(folder.path("run"))
      defer { run.release() }
      _ = try Trainer(
        model, recipe: recipe, training: images, validation: validation, test: test, backend: Reference(),
        folder: run)
      return try RecipeFile.read(run.recipe)
    }
    // The folder is that of the images, also with a recipe that was read and has another.
    for recipe in [try stored(images, test: test), try stored(images, test: test, recipe: moved)] {
      #expect(!recipe.custom.hasImages && recipe.computation.data == folder.path("data"))
      #expect(recipe.computation.channels == 1 && recipe.computation.testSplit == 0.4)
    }
    let selections = [
      try stored(images.prefix(4), test: test), try stored(images, test: test.prefix(2)),
      try stored(images.shuffled(seed: 1), test: test), try stored(images, validation: test, test: test),
      try stored(images.prefix(4), test: test, recipe: moved),
    ]
    // The command trains on the training images, tests on the test images, and has the folder's order of classes.
    let reversed = try data(testFraction: 0.4, classNames: ["b", "a"])
    let others = [
      try stored(images, test: nil), try stored(images, test: images), try stored(test, test: test),
      try stored(test, test: images), try stored(images, test: data(testFraction: 0.2).test()),
      try stored(reversed.training(), test: reversed.test()),
    ]
    for recipe in selections + others {
      #expect(recipe.custom.hasImages && recipe.computation == Self.computation(of: recipe))
    }
  }
}
