import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin recipe, and runs by recipes")
  struct RecipeTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private func train(_ arguments: String..., output: String) throws -> NinProcess.Run {
      try nin(["train", "--backend", TestedBackends.fastest, "--output", output] + arguments, in: folder)
    }

    @Test("prints a usable recipe, and a run's stored recipe gives the same bits")
    func roundTrip() throws {
      let printed = try nin(
        "recipe", "quick", "--image-size", "67", "--batch-size", "8", "--epochs", "1", "--optimizer", "adamw",
        "--learning-rate", "0.001", "--limit-train", "16", "--limit-test", "4", "--flip", "--average-decay",
        "0.9", "--warm-up", "0",
        in: folder)
      expectSuccess(printed)
      try folder.write(Data(printed.output.utf8), to: "mine.json5")
      #expect(try nin("recipe", "mine.json5", in: folder).output == printed.output)
      let first = try train("--recipe", "mine.json5", "--data", "data", output: "first")
      expectSuccess(first)
      #expect(first.output.contains("average's test acc"))
      // It knows the data and the backend.
      expectSuccess(try nin("train", "--recipe", "first/recipe.json5", "--output", "second", in: folder))
      for name in ["checkpoint.safetensors", "best.safetensors", "recipe.json5"] {
        #expect(try folder.read("first/\(name)") == folder.read("second/\(name)"), "\(name)")
      }
    }

    @Test("options change the recipe and nothing else")
    func options() throws {
      let changes = [
        (["--optimizer", "adamw"], "optimizer: {adamw:"),
        (["--momentum", "0.5"], "momentum: 0.5, nesterov: true"),
        (["--momentum", "0"], "momentum: 0, nesterov: false"),
        (["--no-nesterov"], "momentum: 0.9, nesterov: false"),
        (["--clip-norm", "0"], "maximumGradientNorm: null"),
        (["--label-smoothing", "0.1"], "labelSmoothing: 0.1"),
        (["--patience", "3"], "patience: 3"), (["--validation-split", "0.1"], "validationSplit: 0.1"),
        (["--shift", "2", "--erasing", "0.5"], "augmentation: {erasing: 0.5, flip: false, shift: 2}"),
        (["--measure-normalization"], "normalization: \"measured\""),
        (["--model", "vgg11"], "model: \"vgg11\""),
        (["--freeze", "net.0", "--freeze", "net.2"], "frozen: [\"net.0\", \"net.2\"]"),
        (["--learning-rate", "0"], "learningRate: {peak: 0,"),
        (["--schedule", "one-cycle", "--warm-up", "0"], "shape: \"one-cycle\", warmUpSteps: 0"),
      ]
      let plain = try nin("recipe", "quick", in: folder).output.split(separator: "\n")
      for (arguments, text) in changes {
        let run = try nin(["recipe", "quick"] + arguments, in: folder)
        expectSuccess(run)
        #expect(run.output.contains(text), "\(arguments): \(run.output)")
        let lines = run.output.split(separator: "\n")
        let changed = zip(lines, plain).count { $0 != $1 }
        // Another network has no such constants.
        #expect(lines.count == plain.count && changed == (arguments[0] == "--model" ? 2 : 1), "\(arguments)")
      }
    }

    @Test("impossible values are rejected in one line, and nothing is created")
    func refused() throws {
      try folder.write(Data("{epoch: 3}".utf8), to: "typo.json5")
      try folder.write(Data("{epochs: 3".utf8), to: "cut.json5")
      for (arguments, word) in [
        (["--recipe", "typo.json5"], "epoch"), (["--recipe", "cut.json5"], "cut.json5"),
        (["--recipe", "none.json5"], "none.json5"), (["--recipe", "slow"], "slow"),
        (["--optimizer", "adamw", "--momentum", "0.9"], "--momentum"), (["--nesterov"], "momentum"),
        (["--validation-split", "1"], "--validation-split"), (["--shift", "500"], "shift"),
        (["--freeze", "net.77"], "net.77"), (["--weights", "none.safetensors"], "none.safetensors"),
        (["--checkpoint-every", "0"], "--checkpoint-every"), (["--checkpoint-every", "soon"], "soon"),
        (["--label-smoothing", "-1"], "--label-smoothing"), (["--average-decay", "1"], "--average-decay"),
      ] {
        let run = try nin(
          [
            "train", "--backend", TestedBackends.fastest, "--data", "data", "--output", "none",
            "--image-size", "67",
          ]
            + arguments, in: folder)
        expectFailure(run, naming: word)
      }
      #expect(try folder.names() == ["cut.json5", "data", "typo.json5"])
    }

    @Test(
      "of a run that only its program can reproduce is rejected in one line, except that --data replaces images"
    )
    func custom() throws {
      let code = "{model: 'custom', layers: 'Sequential(Dense(10))', loss: 'FocalLoss', images: 'custom'}"
      try folder.write(Data(code.utf8), to: "code.json5")
      for command in [["train", "--data", "data"], ["recipe"], ["train", "--model", "lenet"]] {
        expectFailure(
          try nin(command + ["--recipe", "code.json5"], in: folder),
          naming: "a custom network, a custom loss (FocalLoss) and custom images",
          "only a program can provide")
      }
      let images =
        "{model: 'lenet', images: 'custom', batchSize: 4, epochs: 1, trainingLimit: 8, testLimit: 4}"
      try folder.write(Data(images.utf8), to: "images.json5")
      for command in [["train", "--recipe"], ["recipe"]] {
        expectFailure(
          try nin(command + ["images.json5"], in: folder), naming: "images.json5", "custom images", "--data")
      }
      expectSuccess(try nin("recipe", "images.json5", "--data", "data", in: folder))
      #expect(try folder.names() == ["code.json5", "data", "images.json5"])
      expectSuccess(try train("--recipe", "images.json5", "--data", "data", output: "run"))
      #expect(try !RecipeFile.read(folder.path("run/recipe.json5")).custom.hasImages)
    }

    @Test("of a run with custom functions is not resumed by the command, which does not have them")
    func customFunctions() throws {
      let images = try MNIST(directory: folder.path("data")).training()
      let model = Sequential(Conv2D(10, kernel: 3, stride: 3), GlobalAvgPool2D(), Flatten())
      let recipe = Recipe(imageSize: 28, batchSize: 8, epochs: 2)
      let rule = TrainingFunctions(updateRule: { .gradientDescent(GradientDescentRule(learningRate: $0)) })
      for (name, functions) in [("rule", rule), ("network", TrainingFunctions())] {
        let run = try RunFolder(folder.path(name))
        defer { run.release() }
        let test = try MNIST(directory: folder.path("data")).test()
        _ = try Trainer(
          model, recipe: recipe, training: images, test: test, backend: Reference(), functions: functions,
          folder: run
        ).run { true }
      }
      let state = try folder.read("rule/training-state.safetensors")
      let resumed = try nin("train", "--resume", "--data", "data", "--output", "rule", in: folder)
      expectFailure(resumed, naming: "the update rule gradientDescent", "the program that started it")
      #expect(try folder.read("rule/training-state.safetensors") == state)
      // The state has the layers of a custom network.
      let network = try nin("train", "--resume", "--data", "data", "--output", "network", in: folder)
      expectSuccess(network)
      #expect(network.output.contains("training a custom network on reference"))
      let again = try nin(
        "train", "--resume", "--data", "data", "--output", "network", "--recipe", "network/recipe.json5",
        "--epochs", "3", in: folder)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(try TrainingState(path: folder.path("network/training-state.safetensors")).epoch == 3)
    }

    @Test("of a run resumes it, also if the recipe that it began with states no normalization")
    func own() throws {
      let small = [
        "--data", "data", "--model", "lenet", "--batch-size", "4", "--limit-train", "8", "--limit-test", "4",
      ]
      let run = ["train", "--backend", TestedBackends.fastest, "--output", "run"]
      expectSuccess(try nin(run + small + ["--epochs", "1"], in: folder))
      let resume = run + ["--resume", "--recipe", "run/recipe.json5"]
      let resumed = try nin(resume + ["--epochs", "2"], in: folder)
      #expect(resumed.exitCode == 0, "\(resumed.errors)")
      #expect(try TrainingState(path: folder.path("run/training-state.safetensors")).epoch == 2)
      expectFailure(try nin(resume + ["--seed", "5"], in: folder), naming: "stored in run")
    }

    @Test("of a run on a program's images is resumed only with the same images")
    func customImages() throws {
      let data = MNIST(directory: folder.path("data"))
      let run = try RunFolder(folder.path("images"))
      _ = try Trainer(
        Sequential(Conv2D(10, kernel: 3, stride: 3), GlobalAvgPool2D(), Flatten()),
        recipe: Recipe(imageSize: 28, batchSize: 8, epochs: 1), training: data.training().prefix(16),
        test: data.test(first: nil), backend: Reference(), folder: run
      ).run { true }
      run.release()
      for (arguments, part) in [([], "custom images"), (["--data", "data"], "data does not have")] {
        expectFailure(
          try nin(["train", "--resume", "--output", "images"] + arguments, in: folder), naming: part,
          "resume it in the program that started it")
      }
    }

    @Test(
      "trains every network, and starts from another's weights, except a head for a different number of classes"
    )
    func networks() throws {
      let small = [
        "--data", "data", "--epochs", "1", "--batch-size", "4", "--limit-train", "4", "--limit-test", "4",
      ]
      for (model, side) in [("alexnet", "67"), ("vgg11", "32")] {
        let run = try nin(
          [
            "train", "--backend", TestedBackends.fastest, "--model", model, "--image-size", side, "--output",
            model,
          ]
            + small, in: folder)
        expectSuccess(run)
        #expect(run.output.contains("training \(model) on"))
        expectSuccess(
          try nin(
            "evaluate", "--checkpoint", "\(model)/checkpoint.safetensors", "--data", "data", "--limit-test",
            "4",
            in: folder))
      }
      let network = try Network(NiN(classes: 7), image: [1, 67, 67], backend: Reference())
      try network.initialize(seed: 3)
      try Checkpoint.write(
        network,
        description: CheckpointDescription(
          model: NiN(classes: 7), image: [1, 67, 67], classNames: [],
          normalization: Normalization(mean: [0.5], deviation: [0.25])),
        to: folder.path("seven.safetensors"))
      let run = try nin(
        [
          "train", "--backend", TestedBackends.fastest, "--image-size", "67", "--weights",
          "seven.safetensors",
          "--freeze", "net.0", "--output", "tuned",
        ] + small, in: folder)
      #expect(run.exitCode == 0 && run.errors.contains("net.7.0.weight") && !run.errors.contains("net.6"))
      let tuned = try Checkpoint(path: folder.path("tuned/checkpoint.safetensors"))
      let frozen: Tensor<Float> = try tuned.parameter("net.0.0.weight")
      #expect(try network.parameters().first?.tensor == frozen)
      #expect(
        run.output.contains("normalized as for the weights, with the means [0.5] and the deviations [0.25]"))
      #expect(tuned.description.normalization == Normalization(mean: [0.5], deviation: [0.25]))
      // The numbers of a built-in recipe are Fashion-MNIST's.
      let printed = try nin("recipe", "quick", "--weights", "seven.safetensors", in: folder)
      #expect(printed.output.contains("normalization: null"))
      try folder.write(Data("{normalization: {mean: [0.1], deviation: [1]}}".utf8), to: "stated.json5")
      let stated = try nin(
        [
          "train", "--backend", TestedBackends.fastest, "--recipe", "stated.json5", "--image-size", "67",
          "--weights",
          "seven.safetensors", "--output", "stated",
        ] + small, in: folder)
      #expect(stated.exitCode == 0 && stated.errors.contains("was trained with the means [0.5]"))
    }
  }
}
