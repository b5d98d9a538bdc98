import Exercises
import Layers
import Networks
import Tensors
import Testing
import Training

@Suite("The exercises")
struct ExerciseTests {
  @Test("are six, with texts")
  func texts() {
    #expect(Exercise.all.map(\.number) == Array(1...6))
    for exercise in Exercise.all {
      #expect(!exercise.title.isEmpty && exercise.question.hasSuffix("?") && !exercise.background.isEmpty)
      #expect(Set(exercise.variants.map(\.identifier)).count == exercise.variants.count)
    }
    #expect(Exercise.all.filter { $0.variants.isEmpty }.map(\.number) == [4])
  }

  @Test("have networks and recipes that fit at every size")
  func recipes() throws {
    for exercise in Exercise.all {
      for (variant, size) in exercise.variants.flatMap({ v in ExerciseSize.all.map { (v, $0) } }) {
        let run = RunSize(size, epochs: size.epochs, trainingImages: 2000, testImages: 500)
        let recipe = try variant.recipe(run, seed: 3)
        try recipe.validate()
        let layers = try recipe.model.model(classes: 10).resolved(for: [1, 1, size.imageSize, size.imageSize])
        let names = layers.flatMap { layer in layer.operation.parameters.map(layer.parameterName) }
        #expect(Set(recipe.initialization.constants.keys).isSubset(of: names))
        #expect(recipe.seed == 3 && recipe.trainingLimit == 2000)
        #expect(layers.last?.operation.outputShape == [1, 10])
      }
    }
  }

  @Test("end in feature maps that are large enough for kernels and heads to make a difference")
  func maps() throws {
    for size in ExerciseSize.all {
      let model = NiN(classes: 10, design: try ExerciseVariant("book", "book").design(width: size.width))
      let layers = try model.resolved(for: [1, 1, size.imageSize, size.imageSize])
      let last = try #require(layers.last { $0.name.hasPrefix("net.7.") })
      #expect(last.operation.outputShape[2] >= 2)
    }
  }

  @Test("can have a control, the first network at another learning rate")
  func control() throws {
    let exercise = Exercise.all[4].withControl(learningRateFactor: 0.5)
    let (base, control) = (exercise.variants[0], try #require(exercise.variants.last))
    #expect(exercise.variants.count == 4 && control.identifier == "direct-rate-0.5")
    let run = RunSize(.small, epochs: 4, trainingImages: 2000, testImages: 500)
    var recipe = try control.recipe(run, seed: 0)
    #expect(recipe.learningRate.peak == ExerciseSize.small.learningRate / 2)
    recipe.learningRate.peak = ExerciseSize.small.learningRate
    #expect(recipe == (try base.recipe(run, seed: 0)))
    #expect(Exercise.all[3].withControl(learningRateFactor: 0.5).variants.isEmpty)
  }

  @Test("compare what their question names")
  func variants() throws {
    func designs(_ number: Int) throws -> [NiNDesign] {
      try Exercise.all[number - 1].variants.map { try $0.design(width: 1) }
    }
    #expect(try designs(1).map(\.pointwiseConvolutions) == [2, 3, 1, 0])
    #expect(try designs(2).map(\.pointwiseKernel) == [1, 3])
    #expect(try designs(3).map(\.head) == [.globalAverage, .dense])
    #expect(try designs(5).map(\.lastStep) == [.direct, .gradual, .direct])
    #expect(try designs(6).map(\.depth) == [.twelve, .twentyOne, .twentySeven])
  }

  @Test("names the channels that are trained where the step to the classes differs")
  func channels() throws {
    let names = try Exercise.all[4].withChannels(width: 0.25, classes: 4).variants.map(\.name)
    #expect(
      names == [
        "at once (96→4→4→4)", "in three steps (96→32→16→4)",
        "at once, later biases initialized to 0.3 (96→4→4→4)",
      ])
    let same = try Exercise.all[2].withChannels(width: 0.25, classes: 4).variants
    #expect(same == Exercise.all[2].variants)
  }
}
