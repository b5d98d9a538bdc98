import Backends
import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Training

@Suite("A recipe file")
struct RecipeFileTests {
  private func read(_ text: String, for model: ModelCatalog? = nil) throws -> Recipe {
    let path = NSTemporaryDirectory() + "/nin-recipe-\(UUID().uuidString).json5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try RecipeFile.read(path, for: model)
  }

  /// A recipe without default values.
  private static var unusual: Recipe {
    var recipe = Recipe(
      imageSize: 67, batchSize: 3, epochs: 5, optimizer: .adamW(beta1: 0.8, beta2: 0.99, epsilon: 1e-7),
      learningRate: LearningRateSchedule(peak: 1e-3, warmUpSteps: 7, shape: .step(epochs: 2, factor: 0.5)),
      weightDecay: 0.02, maximumGradientNorm: 1.5,
      initialization: Initialization(
        weights: .heUniform, biases: .fanInUniform, constants: ["net.7.2.bias": 1, "a \"b\"": -0.5]),
      normalization: .fixed(Normalization(mean: [0.1, 0.2, 0.3], deviation: [1, 2, 3])),
      seed: .max)
    recipe.model = ModelChoice(.vgg11)
    recipe.weights = "a folder/b\\c \"d\".safetensors"
    recipe.frozen = ["net.0", "net.3.1"]
    recipe.decaysBiases = true
    recipe.labelSmoothing = 0.1
    recipe.averageDecay = 0.999
    recipe.patience = 4
    recipe.validationSplit = 0.125
    recipe.augmentation = Augmentation(flip: true, shift: 2, erasing: 0.25)
    recipe.trainingLimit = 100
    recipe.testLimit = 50
    recipe.computation.data = "здесь"
    recipe.computation.backend = "openblas"
    recipe.computation.precision = .bfloat16
    recipe.computation.microBatch = 2
    recipe.computation.convolutions = .winograd
    return recipe
  }

  @Test("survives a round trip")
  func roundTrip() throws {
    var measured = Recipe.quick
    measured.normalization = .measured
    let tabs = Tab.allCases.map { tab in
      var recipe = Recipe.book
      recipe.tab = tab
      return recipe
    }
    for recipe in [Recipe.book, .quick, .best, Self.unusual, measured] + tabs {
      #expect(try read(RecipeFile.text(recipe, title: "A title")) == recipe)
    }
  }

  @Test("may omit the book's values, may omit quotes, and may have comments")
  func readable() throws {
    #expect(try read("{}") == .book)
    let recipe = try read(
      """
      // Mine
      {
        epochs: 3, /* few */
        optimizer: 'adamw',
        learningRate: {peak: 1e-3, shape: "one-cycle"},
        augmentation: {flip: true},
        normalization: "measured",
      }
      """)
    var expected = Recipe.book
    expected.epochs = 3
    expected.optimizer = .adamW()
    expected.learningRate = LearningRateSchedule(peak: 1e-3, shape: .oneCycle)
    expected.augmentation.flip = true
    expected.normalization = .measured
    #expect(recipe == expected)
    #expect(try read("{optimizer: {sgd: {momentum: 0.9}}}").optimizer == .sgd(momentum: 0.9))
    #expect(
      try read("{learningRate: {warmUpSteps: 9, shape: 'cosine'}}").learningRate
        == LearningRateSchedule(peak: Recipe.book.learningRate.peak, warmUpSteps: 9, shape: .cosine))
  }

  @Test("may have the keys of earlier versions, in British spelling")
  func formerKeys() throws {
    let former = try read(#"{"normalisation": "measured", "initialisation": {"weights": "he-uniform"}}"#)
    #expect(try former == read("{normalization: 'measured', initialization: {weights: 'he-uniform'}}"))
    #expect(former.normalization == .measured && former.initialization.weights == .heUniform)
  }

  @Test("may choose a variant of NiN, and has its network's default image size if it gives none")
  func networks() throws {
    let variant = try read("{model: {nin: {pointwiseConvolutions: 3, head: 'dense'}}}")
    #expect(variant.model == ModelChoice(try NiNDesign(pointwiseConvolutions: 3, head: .dense)))
    #expect(variant.imageSize == 224)
    #expect(try read("{model: 'nin'}") == .book)
    #expect(try read("{model: 'lenet'}").imageSize == 28)
    #expect(try read("{model: 'lenet', imageSize: 64}").imageSize == 64)
    #expect(try read("{epochs: 2}", for: .ninCIFAR10).imageSize == 32)
    #expect(try read("{imageSize: 48}", for: .ninCIFAR10).imageSize == 48)
    #expect(try read(RecipeFile.text(variant, title: "A title")) == variant)
    #expect(RecipeFile.text(.book, title: "A title").contains("model: \"nin\""))
  }

  @Test(
    "names the key that is wrong",
    arguments: [
      ("{epoch: 3}", "epoch"), ("{epochs: 'three'}", "epochs"), ("{epochs: 0}", "epochs"),
      ("{optimizer: 'adam'}", "adam"), ("{optimizer: {sgd: {momentun: 1}}}", "momentun"),
      ("{learningRate: {shap: 'cosine'}}", "shap"),
      ("{learningRate: {shape: 'stairs'}}", "schedule 'stairs'"),
      ("{augmentation: {flop: true}}", "flop"), ("{augmentation: {shift: 300}}", "shift"),
      ("{normalization: 'measure'}", "measure"), ("{normalization: {mean: [0]}}", "deviation"),
      ("{initialization: {weights: 'xavier'}}", "weights"), ("{initialization: {bias: 'zeros'}}", "bias"),
      ("{model: 'resnet'}", "model"), ("{tab: 'keras'}", "tab"),
      ("{tab: 'jax', initialization: {weights: 'he-uniform'}}", "initialization"),
      ("{tab: 'jax', augmentation: {flip: true}}", "flip"), ("{labelSmoothing: 1}", "label smoothing"),
      ("{optimizer: {sgd: {nesterov: true}}}", "momentum"), ("{validationSplit: -0.1}", "validation"),
      ("{epochs: 3", "json5"), ("", "json5"), ("[]", "json5"), ("{weightDecay: 1e-}", "line 1"),
      ("{\n// 1\nlearningRate: {peak: 5E+}}", "line 3"), ("{epochs: 1.5}", "epochs"), ("{seed: -1}", "seed"),
      ("{optimizer: 'sgd', momentum: 0.9}", "momentum"), ("{optimizer: {sgd: {}, adamw: {}}}", "optimizer"),
      ("{optimizer: {}}", "optimizer"), ("{maximumGradientNorm: 0}", "norm"), ("{precision: 'half'}", "bf16"),
      ("{learningRate: {peak: 1, shape: {step: {epochs: 1, factor: 0.5, gamma: 2}}}}", "gamma"),
      ("{model: 'resnet'}", "vgg11"), ("{testSplit: 0}", "test split"),
      ("{model: {nin: {head: 'sum'}}}", "model.nin.head"), ("{model: {nin: {depth: 16}}}", "12, 21, 27"),
      ("{model: {nin: {pointwise: 3}}}", "pointwiseConvolutions"), ("{model: {lenet: {}}}", "nin"),
      ("{model: {nin: {width: 100}}}", "width"), ("{model: {nin: {depth: 1.5}}}", "model"),
      ("{images: 'mine'}", "'custom' or null"), ("{transforms: 'Fog'}", "transforms"),
      ("{loss: ''}", "'loss': the name is empty"), ("{updateRule: ' '}", "'updateRule': the name is empty"),
      ("{transforms: ['Fog', '']}", "'transforms': the name is empty"),
      ("{model: 'custom', layers: ''}", "'layers': the name is empty"),
      ("{model: 'custom'}", "'model': 'custom' requires 'layers'"),
      ("{layers: 'x'}", "'layers': requires the model 'custom'"),
      ("{model: 'lenet', layers: 'x'}", "'layers': requires the model 'custom'"),
      // Foundation's decoder crashes on these.
      ("{epochs: 0x0x}", "0x0x"), ("{epochs: 0x1e-}", "0x1e-"), ("{/*/ // */epochs: 1e-}", "line 1"),
      ("{/**//**/epochs: 1e-}", "line 1"), ("{// 1\repochs: 1e+}", "1e+"),
      ("{'epochs: 0x0x, batchSize': 3}", "unknown key"),
      ("{'a\\nb': 1}", "unknown key"), ("{optimizer: 'a\\nb'}", #"'a\nb'"#),
      ("{initialization: {constants: {'a\\nb': Infinity}}}", #"'a\nb'"#),
    ])
  func refused(text: String, word: String) throws {
    let error = #expect(throws: TrainingError.self) { try read(text) }
    let description = try #require(error?.description)
    #expect(description.contains(word) && description.contains(".json5 "), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test(
    "that has a key twice in an object is rejected, with both lines",
    arguments: [
      ("{epochs: 3,\nepochs: 4}", "line 2 repeats 'epochs' of line 1;"),
      ("{\n\"epochs\": 3,\n// epochs: 5\n'epochs': 4}", "line 4 repeats 'epochs' of line 2;"),
      ("{learningRate: {peak: 1,\n\tpeak: 2}}", "line 2 repeats 'peak' of line 1;"),
      ("{'epo\\u0063hs': 3, /*\n*/ epochs: 4}", "line 2 repeats 'epochs' of line 1;"),
      ("{\"epo\\x63hs\": 3, epochs: 4}", "line 1 repeats 'epochs' of line 1;"),
      ("{frozen: [{a: 1}, {b: [], a: 1,\na: 2}]}", "line 2 repeats 'a' of line 1;"),
      ("{data: 'a\\\nb',\nseed: 1, seed: 1}", "line 3 repeats 'seed' of line 3;"),
      ("{\"initialisation\": {},\ninitialization: {}}", "line 2 repeats 'initialization' of line 1;"),
      ("{epochs: 0, epochs: 3,", "line 1 repeats 'epochs' of line 1;"),
    ])
  func repeatedKeys(text: String, words: String) throws {
    let error = #expect(throws: TrainingError.self) { try read(text) }
    let description = try #require(error?.description)
    #expect(description.contains(words), "\(description)")
  }

  @Test(
    "may have the name of a key in strings, comments and other objects",
    arguments: [
      "{data: '{epochs: 1, epochs: 2}', epochs: 3}", "{/* epochs: 1, */ epochs: 3, // , epochs: 4\n}",
      #"{data: "it's // \" epochs: 2", epochs: 3}"#, "{initialization: {constants: {epochs: 1}}, epochs: 3}",
      "{data: 'epochs', 'epochs': 3}", "\u{FEFF}{epochs: 3}", "{data: '/*', epochs: 3, weights: '*/'}",
      "{// it's\repochs: 3}", #"{data: "\\", epochs: 3}"#,
    ])
  func noRepeatedKeys(text: String) throws {
    #expect(try read(text).epochs == 3)
  }

  @Test(
    "that is not JSON5 is rejected with the line",
    arguments: [
      ("{\n epochs: 3\n batchSize: 4\n}", "unexpected 'batchSize' in line 3;"),
      ("{\n epochs: 3,\n data: 'a\n}", "a quote is missing in line 3"),
      ("{\n data: 'a,\n weights: 'b',\n}", "a quote is missing in line 2"),
      ("{\n epochs: 3,\n", "unexpected end in line 2;"), ("// nothing\n", "unexpected end in line 1;"),
      ("{\n}\n}", "unexpected '}' in line 3;"), ("{\n epochs: ,\n}", "unexpected ',' in line 2;"),
      ("{epochs: 3,\n,}", "unexpected ',' in line 2;"),
      ("{\nlearning-rate: 1}", "unexpected 'learning-rate' in line 2;"),
      ("{decaysBiases: tru}", "unexpected 'tru' in line 1;"), ("{epochs: 3]", "unexpected ']' in line 1;"),
      ("{\nepochs = 3}", "unexpected '=' in line 2;"), ("{epochs: 3 /* }", "unexpected end in line 1;"),
    ])
  func syntax(text: String, words: String) throws {
    let error = #expect(throws: TrainingError.self) { try read(text) }
    let description = try #require(error?.description)
    #expect(description.contains("not valid JSON5: \(words)"), "\(description)")
  }

  @Test("offers, for a mistyped key, those that people write")
  func offered() throws {
    let error = #expect(throws: TrainingError.self) { try read("{los: 'mse'}") }
    let description = try #require(error?.description)
    #expect(
      description.contains("unknown key 'los'; available: tab, model, weights, frozen"), "\(description)")
    for key in ["layers", "loss,", "updateRule", "transforms", "images"] {
      #expect(!description.contains(key))
    }
  }

  @Test("that is not UTF-8 is rejected; Foundation's decoder crashes on some of them")
  func notUTF8() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8(ascii: "{")] + [UInt8](repeating: 0xFF, count: 20), to: "recipe.json5")
    let error = #expect(throws: TrainingError.self) { try RecipeFile.read(path) }
    #expect(error?.description.contains("UTF-8") == true)
  }

  @Test("may have any number and any name that JSON5 has")
  func numbers() throws {
    let text =
      "{epochs: +0x1F, weightDecay: .5e-3, 'labelSmoothing': 0., averageDecay: 5E-1, data: '1e-'} // 1e-"
    let recipe = try read(text)
    #expect(recipe.epochs == 31 && recipe.weightDecay == 0.5e-3 && recipe.labelSmoothing == 0)
    #expect(recipe.averageDecay == 0.5 && recipe.computation.data == "1e-")
  }
}
