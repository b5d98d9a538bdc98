import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin train")
  struct TrainTests {
    private let folder: TemporaryFolder
    private let tiny = [
      "--data", "data", "--image-size", "67", "--batch-size", "8", "--epochs", "1", "--limit-test", "4",
    ]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    @Test("trains on each backend and leaves a network that can be used", arguments: TestedBackends.names)
    func trains(backend: String) throws {
      let run = try nin(
        ["train", "--backend", backend, "--limit-train", "12", "--output", "out"] + tiny, in: folder)
      expectSuccess(run)
      #expect(run.output.contains("epoch 1: train loss 2.3"))
      #expect(run.output.contains("loss 2.3"))
      #expect(run.output.contains("examples/sec on \(backend), "))
      #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"))
      #expect(
        try folder.names(in: "out") == RunFileNames.complete)

      let evaluation = try nin(
        "evaluate", "--checkpoint", "out/checkpoint.safetensors", "--data", "data", "--json", in: folder)
      expectSuccess(evaluation)
      let numbers =
        try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any] ?? [:]
      #expect(numbers["images"] as? Int == 24)
      #expect(abs((numbers["loss"] as? Double ?? 0) - 2.3) < 0.1)

      let prediction = try nin(
        "predict", "--checkpoint", "out/checkpoint.safetensors", "--data", "data", "--index", "3", in: folder)
      expectSuccess(prediction)
      #expect(prediction.output.hasPrefix("test image 3 (1): "))
      #expect(prediction.output.filter { $0 == "%" }.count == 3)
    }

    @Test("computes the same bits twice with one thread")
    func oneThread() throws {
      for output in ["one", "two"] {
        let run = try nin(
          [
            "--threads", "1", "--backend", TestedBackends.fastest, "train", "--limit-train", "16",
            "--output", output,
          ]
            + tiny, in: folder)
        expectSuccess(run)
        #expect(run.output.contains(", 1 thread") && !run.output.contains("1 threads"))
      }
      #expect(
        try folder.read("one/checkpoint.safetensors") == folder.read("two/checkpoint.safetensors"))
    }

    @Test("with --resume and no state starts a new one, and says so")
    func resumeWithoutState() throws {
      let run = try nin(
        ["train", "--backend", TestedBackends.fastest, "--resume", "--limit-train", "8", "--output", "new"]
          + tiny,
        in: folder)
      expectSuccess(run)
      #expect(run.output.hasPrefix("no saved run in new; starting a new one\n"))
    }

    @Test("with --resume and a recipe but no state starts a new run with that recipe")
    func resumeWithoutStateByRecipe() throws {
      let text = "{model: 'lenet', batchSize: 4, epochs: 2, trainingLimit: 8, testLimit: 4, seed: 5}"
      try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: true)
      try folder.write(Data(text.utf8), to: "out/recipe.json5")
      let resume = [
        "train", "--backend", TestedBackends.fastest, "--data", "data", "--resume", "--output", "out",
        "--epochs",
        "1",
      ]
      let run = try nin(resume, in: folder)
      #expect(run.exitCode == 0 && run.errors.contains("out/earlier/1"), "\(run.errors)")
      #expect(
        run.output.hasPrefix("no saved run in out; starting a new one with the recipe in out/recipe.json5\n"))
      let recipe = try TrainingState(path: folder.path("out/training-state.safetensors")).recipe
      #expect(recipe.model == ModelChoice(.lenet) && recipe.seed == 5 && recipe.epochs == 1)
    }

    @Test(
      "says that the warm-up is as long as the run or longer, and what would be shorter", arguments: [1, 2])
    func longWarmUp(steps: Int) throws {
      let run = try nin(
        [
          "train", "--backend", TestedBackends.fastest, "--data", "data", "--output", "out", "--model",
          "lenet",
          "--epochs", "1", "--batch-size", "8", "--limit-train", "16", "--limit-test", "4", "--learning-rate",
          "0.3",
          "--warm-up", "\(steps)",
        ], in: folder)
      #expect(run.exitCode == 0)
      #expect(
        run.errors.contains("warm-up has 2 steps, but the run only 2:") == (steps == 2), "\(run.errors)")
      #expect(run.errors.contains("rises to 0.200000 instead of 0.3;") == (steps == 2), "\(run.errors)")
    }

    @Test("with --resume rejects another recipe, and resumes to more epochs")
    func resumeWithChanges() throws {
      let start =
        ["train", "--backend", TestedBackends.fastest, "--limit-train", "8", "--output", "out"] + tiny
      expectSuccess(try nin(start, in: folder))
      let state = try folder.read("out/training-state.safetensors")
      for change in [
        ["--seed", "9"], ["--learning-rate", "0.3"], ["--limit-train", "9"], ["--recipe", "quick"],
      ] {
        let run = try nin(
          ["train", "--resume", "--data", "data", "--output", "out", "--backend", TestedBackends.fastest]
            + change,
          in: folder)
        expectFailure(run, naming: "--resume", "out")
      }
      #expect(try folder.read("out/training-state.safetensors") == state)
      let run = try nin(start + ["--resume", "--epochs", "2"], in: folder)
      expectSuccess(run)
      #expect(run.output.contains("resuming after epoch 1\n"))
      #expect(run.output.contains("epoch 2: train loss"))
    }

    @Test("rejects invalid numbers, and creates nothing")
    func hostileNumbers() throws {
      for (option, value) in [
        ("--epochs", "0"), ("--epochs", "-1"), ("--batch-size", "0"), ("--batch-size", "-8"),
        ("--batch-size", "99999999999"), ("--image-size", "-3"), ("--image-size", "1000000000"),
        ("--epochs", "9223372036854775807"), ("--learning-rate", "-0.1"),
        ("--learning-rate", "nan"),
        ("--learning-rate", "inf"), ("--momentum", "1"), ("--momentum", "-0.5"), ("--weight-decay", "-1"),
        ("--seed", "-1"), ("--limit-train", "0"), ("--limit-test", "-5"), ("--recipe", "slow"),
      ] {
        let run = try nin(
          [
            "train", option, value, "--data", "data", "--output", "none", "--backend",
            TestedBackends.fastest,
          ],
          in: folder)
        expectFailure(run, naming: value)
      }
      #expect(try folder.names() == ["data"])
    }

    @Test("names the layer that an image is too small for, and the smallest image")
    func tooSmall() throws {
      let run = try nin(
        "train", "--image-size", "64", "--output", "none", "--backend", TestedBackends.fastest, in: folder)
      expectFailure(run, naming: "net.5", "MaxPool2D", "67×67")
      #expect(try folder.names() == ["data"])
    }

    @Test(
      "names an invalid output folder",
      arguments: ["file", "file/below", "/proc/nin", "/dev/full/x"])
    func badOutput(output: String) throws {
      try folder.write(Data("here".utf8), to: "file")
      let run = try nin(
        ["train", "--backend", TestedBackends.fastest, "--limit-train", "8", "--output", output] + tiny,
        in: folder)
      expectFailure(run, naming: output)
      #expect(try folder.read("file") == Data("here".utf8))
    }

    @Test("names a state that cannot be resumed from", arguments: ["", "{}", "nonsense"])
    func badState(contents: String) throws {
      try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: true)
      try folder.write(Data(contents.utf8), to: "out/training-state.safetensors")
      let run = try nin(
        ["train", "--resume", "--backend", TestedBackends.fastest, "--data", "data", "--output", "out"],
        in: folder)
      expectFailure(run, naming: "out/training-state.safetensors")
      #expect(try folder.read("out/training-state.safetensors") == Data(contents.utf8))
    }

    private func start(_ output: String) -> [String] {
      ["train", "--backend", TestedBackends.fastest, "--limit-train", "8", "--output", output] + tiny
    }

    @Test("refuses to resume next to a network without a state, and to overwrite it")
    func loneNetwork() throws {
      expectSuccess(try nin(start("out"), in: folder))
      let network = try folder.read("out/checkpoint.safetensors")
      for name in ["training-state.safetensors", "training-state.previous.safetensors"] {
        try FileManager.default.removeItem(atPath: folder.path("out/\(name)"))
      }
      expectFailure(try nin(start("out") + ["--resume"], in: folder), naming: "out", "train --help")
      #expect(try folder.names(in: "out") == RunFileNames.complete.filter { !$0.hasPrefix("training-state") })
      let run = try nin(start("out") + ["--seed", "9"], in: folder)
      #expect(run.exitCode == 0)
      #expect(run.errors.contains("out/earlier/1"))
      #expect(try folder.read("out/earlier/1/checkpoint.safetensors") == network)
    }

    @Test("is rejected in the folder of another run, which is not disturbed")
    func twoTrainings() throws {
      let first = try NinProcess(start("out") + ["--epochs", "200"], in: folder)
      try first.wait(forOutput: "epoch 1, 1/")
      for more in [[], ["--resume"]] {
        expectFailure(try nin(start("./out/") + more, in: folder), naming: "process \(first.identifier)")
      }
      first.send(SIGINT)
      #expect(try first.finish().exitCode == 130)
      #expect(try nin(start("out"), in: folder).exitCode == 0)
    }

    @Test("says that another backend, precision or micro-batch continues a run")
    func changedComputation() throws {
      expectSuccess(try nin(start("out") + ["--micro-batch", "4"], in: folder))
      let same = try nin(start("out") + ["--resume", "--epochs", "2"], in: folder)
      expectSuccess(same)
      #expect(same.errors.isEmpty)
      let changed = try nin(
        start("out") + ["--resume", "--epochs", "3", "--micro-batch", "2"], in: folder)
      #expect(changed.exitCode == 0)
      #expect(changed.errors.contains("micro-batch changes from 4 to 2"))
      guard TestedBackends.names.count > 1 else { return }
      let other = TestedBackends.names.first { $0 != TestedBackends.fastest } ?? ""
      let arguments = ["train", "--resume", "--output", "out", "--data", "data"]
      let moved = try nin(arguments + ["--epochs", "4", "--backend", other], in: folder)
      #expect(moved.exitCode == 0)
      #expect(moved.errors.contains("backend changes from \(TestedBackends.fastest) to \(other)"))
      let kept = try nin(arguments + ["--epochs", "5"], in: folder)
      expectSuccess(kept)
      #expect(kept.errors.isEmpty && kept.output.contains("training nin on \(other) "))
    }

    @Test(
      "stores how convolutions are computed, and says what changes it", arguments: TestedBackends.fastNames)
    func algorithms(backend: String) throws {
      let start = ["train", "--backend", backend, "--limit-train", "8", "--output", "out"] + tiny
      let run = try nin(start + ["--conv-algorithm", "winograd"], in: folder)
      expectSuccess(run)
      let line = "convolutions by winograd: net.2.0, net.4.0, net.7.0"
      #expect(run.output.contains(line))
      let resumed = try nin(start + ["--resume", "--epochs", "2"], in: folder)
      expectSuccess(resumed)
      #expect(resumed.errors.isEmpty && resumed.output.contains(line))
      let changed = try nin(
        start + ["--resume", "--epochs", "3", "--conv-algorithm", "direct"], in: folder)
      #expect(changed.exitCode == 0 && changed.errors.contains("algorithm"))
      #expect(changed.output.contains("convolutions by winograd: none"))
    }

    @Test("rejects an algorithm that the backend lacks")
    func missingAlgorithm() throws {
      let arguments = ["train", "--backend", "reference", "--output", "out", "--conv-algorithm", "winograd"]
      expectFailure(try nin(arguments + tiny, in: folder), naming: "reference", "winograd", "direct")
      #expect(try folder.names(in: ".").contains("out") == false)
    }

    @Test(
      "rejects a schedule's numbers that do not fit",
      arguments: [
        ["--schedule", "step"], ["--step-epochs", "2"], ["--schedule", "cosine", "--step-factor", "0.5"],
        ["--schedule", "step", "--step-epochs", "0"],
        ["--schedule", "step", "--step-epochs", "1", "--step-factor", "nan"], ["--warm-up", "-1"],
        ["--schedule", "exponential"],
      ])
    func scheduleNumbers(options: [String]) throws {
      expectFailure(try nin(start("out") + options, in: folder), naming: "--")
    }

    @Test(
      "trains by each schedule, and resumes by the stored one", arguments: ["step", "cosine", "one-cycle"])
    func schedules(name: String) throws {
      let step = name == "step" ? ["--step-epochs", "1", "--step-factor", "0.5"] : []
      // Two steps, one of them of the warm-up.
      let warmUp = ["--batch-size", "4", "--warm-up", "1"]
      expectSuccess(try nin(start("out") + ["--schedule", name] + warmUp + step, in: folder))
      let stored = try TrainingState(path: folder.path("out/training-state.safetensors")).recipe.learningRate
      #expect(stored.warmUpSteps == 1)
      #expect(
        stored.shape
          == (name == "step" ? .step(epochs: 1, factor: 0.5) : name == "cosine" ? .cosine : .oneCycle))
      let resumed = ["train", "--resume", "--output", "out", "--data", "data", "--epochs", "2"]
      #expect(try nin(resumed, in: folder).exitCode == 0)
      expectFailure(try nin(resumed + ["--schedule", "linear"], in: folder), naming: "--resume", "recipe")
    }

    @Test("says that more epochs change a learning rate that falls to the end")
    func jumpingLearningRate() throws {
      let recipe =
        start("out") + [
          "--recipe", "quick", "--image-size", "67", "--batch-size", "1", "--limit-train", "60",
          "--conv-algorithm", "direct", "--warm-up", "50",
        ]
      expectSuccess(try nin(recipe, in: folder))
      let run = try nin(
        ["train", "--resume", "--output", "out", "--data", "data", "--epochs", "2"], in: folder)
      #expect(run.exitCode == 0)
      #expect(run.errors.contains("learning rate"))
    }

    @Test("rejects resuming on other data")
    func otherData() throws {
      expectSuccess(try nin(start("out"), in: folder))
      try TinyDataset(trainingCount: 65).write(to: "other", in: folder)
      expectFailure(
        try nin("train", "--resume", "--output", "out", "--data", "other", "--epochs", "2", in: folder),
        naming: "out", "--data")
    }

    /// The limit on a file's size stands for a full disk: writing beyond it fails in the same way.
    @Test("leaves an earlier run where it was if the disk is full")
    func fullDisk() throws {
      expectSuccess(try nin(start("out"), in: folder))
      let before = try folder.read("out/checkpoint.safetensors")
      let run = try shell(
        "ulimit -f 64; nin " + start("out").joined(separator: " "), in: folder)
      expectFailure(run, naming: "training-state.safetensors")
      #expect(try folder.names(in: "out") == RunFileNames.complete)
      #expect(try folder.read("out/checkpoint.safetensors") == before)
    }
  }
}
