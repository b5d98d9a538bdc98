import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("The networks and NiN's variants, in every command")
  struct VariantTests {
    private let folder: TemporaryFolder
    private let small = [
      "--data", "data", "--epochs", "1", "--batch-size", "4", "--limit-train", "8", "--limit-test", "4",
    ]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private func summary(_ arguments: String...) throws -> Summary {
      let run = try nin(["summary", "--json"] + arguments, in: folder)
      expectSuccess(run)
      return try JSONDecoder().decode(Summary.self, from: Data(run.output.utf8))
    }

    @Test("nin summary knows each network's default images and classes")
    func defaultSizes() throws {
      let lenet = try summary("--model", "lenet")
      #expect(lenet.inputShape == [1, 1, 28, 28] && lenet.parameters == 61_706)
      let cifar = try summary("--model", "nin-cifar10")
      #expect(cifar.inputShape == [1, 3, 32, 32] && cifar.parameters == 966_986)
      #expect(cifar.macs == 222_486_528)
      let imageNet = try summary("--model", "nin-imagenet")
      #expect(imageNet.inputShape == [1, 3, 224, 224] && imageNet.parameters == 7_595_176)
      #expect(try summary("--model", "vgg11-slim", "--classes", "5").layers.last?.outputShape == [1, 5])
      #expect(try summary("--model", "lenet", "--image-size", "56").inputShape == [1, 1, 56, 56])
      #expect(try summary("--pointwise", "3").parameters == 2_215_220)
    }

    @Test("NiN's options are rejected for other networks, checkpoints and impossible numbers")
    func refused() throws {
      let data = ["--data", "data"]
      let refusals: [([String], String)] = [
        (["summary", "--model", "lenet", "--head", "dense"], "--head"),
        (["summary", "--checkpoint", "c.safetensors", "--width", "2"], "--width"),
        (["summary", "--pointwise", "4"], "--pointwise"),
        (["summary", "--pointwise-kernel", "2"], "--pointwise-kernel"),
        (["summary", "--pointwise", "0", "--pointwise-kernel", "3"], "kernel of 3"),
        (["train", "--tab", "jax", "--head", "global-average"] + data, "--head"),
        (["verify", "--tab", "jax", "--head", "global-average"] + data, "--head"),
        (["summary", "--width", "0"], "--width"), (["summary", "--depth", "16"], "21"),
        (["summary", "--head", "sum"], "global-average"),
        (["summary", "--pointwise", "0", "--last-step", "gradual"], "gradual"),
        (["summary", "--head", "window", "--image-size", "67"], "195"),
        (["train", "--model", "vgg11", "--depth", "21"] + data, "--depth"),
        (["train", "--head", "window", "--width", "0.125", "--image-size", "227"] + data, "4 numbers"),
        (["recipe", "--model", "lenet", "--pointwise", "1"], "--pointwise"),
        (["trace", "--model", "lenet", "--head", "dense", "--output", "t.safetensors"] + data, "--head"),
        (["verify", "--checkpoint", "c.safetensors", "--depth", "21"] + data, "--depth"),
      ]
      for (arguments, word) in refusals {
        expectFailure(try nin(arguments, in: folder), naming: word)
      }
    }

    @Test("nin train uses a network's default image size, unless another is given")
    func trainedSizes() throws {
      try folder.write(Data("{epochs: 2}".utf8), to: "silent.json5")
      try folder.write(Data("{imageSize: 48}".utf8), to: "told.json5")
      for (arguments, size) in [
        (["--model", "lenet"], 28), (["quick", "--model", "lenet"], 28),
        (["quick", "--model", "alexnet"], 80),
        (["--model", "lenet", "--image-size", "56"], 56), (["silent.json5", "--model", "lenet"], 28),
        (["told.json5", "--model", "lenet"], 48), (["--model", "nin"], 224), (["--depth", "21"], 224),
      ] {
        let run = try nin(["recipe"] + arguments, in: folder)
        expectSuccess(run)
        #expect(run.output.contains("imageSize: \(size),"), "\(arguments): \(run.output)")
      }
    }

    @Test("the quick recipe's constants are dropped if a variant does not have their parameters")
    func constants() throws {
      for (arguments, constants) in [
        (["--pointwise", "1"], #"{"net.7.2.bias": 1}"#), (["--pointwise", "0"], "{}"),
        (["--depth", "27"], #"{"net.7.2.bias": 1, "net.7.4.bias": 1}"#), (["--model", "lenet"], "{}"),
      ] {
        let run = try nin(["recipe", "quick"] + arguments, in: folder)
        #expect(run.output.contains("constants: \(constants),"), "\(arguments): \(run.output)")
      }
    }

    @Test("LeNet trains at 28×28, and what it has learned is evaluated, exported and run again")
    func lenet() throws {
      let run = try nin(
        ["train", "--backend", TestedBackends.fastest, "--model", "lenet", "--output", "lenet"] + small,
        in: folder)
      expectSuccess(run)
      #expect(run.output.contains("training lenet on") && run.output.contains("1×28×28"))
      try expectSameLogits(of: "lenet", image: [1, 28, 28])
    }

    @Test(
      "variants train, continue from their state, are evaluated, exported and run again",
      arguments: [
        ["--pointwise", "3", "--pointwise-kernel", "3", "--width", "0.25"],
        ["--head", "dense", "--last-step", "gradual"], ["--depth", "21", "--width", "0.5"],
        ["--pointwise", "0", "--recipe", "quick", "--warm-up", "0", "--schedule", "constant"],
      ])
    func variants(options: [String]) throws {
      let train = [
        "train", "--backend", TestedBackends.fastest, "--output", "variant", "--image-size", "67",
      ]
      let run = try nin(train + options + small, in: folder)
      expectSuccess(run)
      #expect(run.output.contains("training nin (NiN-"))
      let further = try nin(
        "train", "--resume", "--output", "variant", "--data", "data", "--epochs", "2", in: folder)
      #expect(further.exitCode == 0 && further.output.contains("resuming after epoch 1"), "\(further.errors)")
      let again = try nin(
        ["train", "--recipe", "variant/recipe.json5", "--output", "again", "--epochs", "2"], in: folder)
      expectSuccess(again)
      #expect(
        try folder.read("again/checkpoint.safetensors") == folder.read("variant/checkpoint.safetensors"))
      try expectSameLogits(of: "variant", image: [1, 67, 67])
    }

    @Test("a fixed window trains if it is the whole map")
    func window() throws {
      let run = try nin(
        [
          "train", "--backend", TestedBackends.fastest, "--output", "window", "--head", "window", "--width",
          "0.125",
          "--image-size", "195",
        ] + small, in: folder)
      expectSuccess(run)
    }

    /// Evaluates a run's network, exports it, and expects the same logits of both files.
    private func expectSameLogits(of run: String, image: Shape) throws {
      let checkpoint = "\(run)/checkpoint.safetensors"
      expectSuccess(
        try nin("evaluate", "--checkpoint", checkpoint, "--data", "data", "--limit-test", "4", in: folder))
      expectSuccess(try nin("export", "--checkpoint", checkpoint, "--output", "net.onnx", in: folder))
      let shape = image.batched(2)
      let numbers = (0..<shape.elementCount).map { Float(($0 &* 31) % 97) / 97 }
      try NPY.write(Tensor(shape: shape, elements: numbers), to: folder.path("x.npy"))
      for (network, output) in [
        (["--checkpoint", checkpoint], "y.npy"), (["--model", "net.onnx"], "z.npy"),
      ] {
        expectSuccess(try nin(["predict", "--input", "x.npy", "--output", output] + network, in: folder))
      }
      let (ours, exported) = (try NPY.read(folder.path("y.npy")), try NPY.read(folder.path("z.npy")))
      #expect(ours == exported && ours.shape == [2, 10])
    }

    @Test(
      "nin verify judges every backend, in passes and in training, and a trace names its variant",
      arguments: [
        ["--model", "lenet"], ["--model", "vgg11-slim", "--image-size", "32"],
        [
          "--pointwise", "1", "--pointwise-kernel", "3", "--head", "dense", "--width", "0.25", "--image-size",
          "67",
        ],
        ["--depth", "21", "--last-step", "gradual", "--width", "0.25", "--image-size", "67"],
      ])
    func verify(options: [String]) throws {
      let batch = ["--data", "data", "--batch-size", "2"]
      expectSuccess(try nin(["verify"] + options + batch, in: folder))
      expectSuccess(
        try nin(
          ["verify", "--train", "2", "--backends", TestedBackends.fastest] + options + batch, in: folder))
      expectSuccess(
        try nin(
          ["trace", "--backend", TestedBackends.fastest, "--output", "t.safetensors"] + options + batch,
          in: folder))
      expectSuccess(
        try nin(
          "verify", "--backends", "reference", "--against", "t.safetensors", "--data", "data", in: folder))
    }
  }
}
