import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin maps, nin filters and nin features")
  struct PictureTests {
    private let folder: TemporaryFolder
    private static let backend = ["--backend", TestedBackends.fastest]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      try write(
        Sequential(Conv2D(6, kernel: 3), ReLU(), Conv2D(10, kernel: 3), GlobalAvgPool2D(), Flatten()))
    }

    /// Writes a checkpoint of a model that is not trained.
    private func write(_ model: Sequential, to name: String = "net.safetensors", image: Shape = [1, 28, 28])
      throws
    {
      let network = try Network(model, image: image, backend: Reference())
      try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 1)
      let description = CheckpointDescription(
        model: model, image: image, classNames: (0..<10).map(String.init), normalization: .none)
      try Checkpoint.write(network, description: description, to: folder.path(name))
    }

    private func run(_ command: String, _ arguments: String..., checkpoint: String = "net.safetensors") throws
      -> NinProcess.Run
    {
      let backend = arguments.contains("--backends") ? [] : Self.backend
      return try nin([command, "--checkpoint", checkpoint] + backend + arguments, in: folder)
    }

    private func picture(_ name: String) throws -> ParsedMarkup {
      let parsed = ParsedMarkup(String(decoding: try folder.read(name), as: UTF8.self))
      #expect(parsed.problem == nil)
      return parsed
    }

    @Test("maps: test images and files in one picture, with the probabilities of nin predict")
    func maps() throws {
      try folder.write(SmallImages.png, to: "shirt.png")
      let images = ["shirt.png", "--data", "data", "--index", "0", "--index", "23"]
      let run = try nin(
        ["maps", "--checkpoint", "net.safetensors", "--output", "maps.svg"] + Self.backend + images,
        in: folder)
      expectSuccess(run)
      let predicted = try nin(
        ["predict", "--checkpoint", "net.safetensors"] + Self.backend + images, in: folder)
      expectSuccess(predicted)
      #expect(run.output == predicted.output + "wrote the maps to maps.svg\n")
      let parsed = try picture("maps.svg")
      #expect(parsed.elements.count { $0.name == "image" } == 3 * (1 + 10 + 1))
      let texts = parsed.texts(of: "text")
      #expect(texts.contains("shirt.png") && texts.contains { $0.hasPrefix("test image 23 (") })
      #expect((0..<10).allSatisfy { texts.contains("\($0)") })
    }

    @Test("maps: on every backend, and as PNG of the pictures alone")
    func backends() throws {
      for backend in TestedBackends.names {
        let run = try nin(
          "maps", "--checkpoint", "net.safetensors", "--backend", backend, "--data", "data", "--index", "1",
          "--top", "2", "--output", "\(backend).png", in: folder)
        expectSuccess(run)
        let image = try ImageFile.decode(path: folder.path("\(backend).png"), channels: 3)
        #expect(image.height == 224 && image.width == 3 * 224 + 3 * 14 + 14)
      }
    }

    @Test("maps: of a network whose maps are one number, with a note, with a size that has larger ones")
    func small() throws {
      try UntrainedNetwork.write(to: "nin.safetensors", in: folder)
      let run = try run(
        "maps", "--data", "data", "--index", "0", "--output", "maps.svg", checkpoint: "nin.safetensors")
      #expect(run.exitCode == 0 && run.errors.contains("for images of 67×67 a map is a single number"))
      let size = try #require(run.errors.firstMatch(of: #/--image-size (\d+) gives/#)).output.1
      expectSuccess(
        try self.run(
          "maps", "--data", "data", "--index", "0", "--output", "maps.svg", "--image-size", String(size),
          checkpoint: "nin.safetensors"))
      // The export takes images of one size.
      expectSuccess(
        try nin("export", "--checkpoint", "nin.safetensors", "--output", "nin.onnx", in: folder))
      let exported = try nin(
        ["maps", "--model", "nin.onnx", "--data", "data", "--index", "0", "--output", "maps.svg"]
          + Self.backend, in: folder)
      #expect(exported.exitCode == 0 && exported.errors.contains("exported for images of \(size)×\(size)"))
      #expect(!exported.errors.contains("--image-size"))
    }

    @Test("maps: wrong options and networks without maps are errors of one line, and write nothing")
    func mapErrors() throws {
      try write(LeNet(classes: 10), to: "lenet.safetensors")
      let lenet = try run(
        "maps", "--data", "data", "--index", "0", "--output", "x.svg", checkpoint: "lenet.safetensors")
      expectFailure(lenet, naming: "no class confidence maps", "Dense", "global average pooling")
      // The parameters of its first dense layer depend on the size of the image.
      try NPY.write(Tensor<Float>(shape: [1, 1, 80, 80], repeating: 0), to: folder.path("large.npy"))
      expectFailure(
        try run("predict", "--input", "large.npy", "--output", "y.npy", checkpoint: "lenet.safetensors"),
        naming: "lenet.safetensors", "28×28", "80×80")
      expectFailure(
        try run(
          "maps", "--data", "data", "--index", "0", "--image-size", "80", "--output", "x.svg",
          checkpoint: "lenet.safetensors"), naming: "lenet.safetensors", "28×28", "80×80")
      for number in ["24", "-1"] {
        expectFailure(
          try run("maps", "--data", "data", "--index", number, "--output", "x.svg"), naming: "--index",
          number,
          "23")
      }
      expectFailure(
        try run("maps", "--data", "data", "--index", "0", "--output", "x.jpg"), naming: "x.jpg", ".svg",
        ".png")
      expectFailure(try run("filters", "--output", "x.jpg"), naming: "--output x.jpg must end in .svg")
      expectFailure(try run("filters", "--output", "-"), naming: "--output", "standard output")
      expectFailure(try run("maps", "--output", "x.svg"), naming: "--index")
      expectFailure(try run("maps", "--index", "0"), naming: "--output")
      expectFailure(try run("maps", "absent.png", "--output", "x.svg"), naming: "absent.png")
      expectFailure(
        try run("maps", "--index", "0", "--output", "x.svg", checkpoint: "absent"), naming: "absent")
      expectFailure(
        try run("maps", "--data", "data", "--index", "0", "--top", "0", "--output", "x.svg"), naming: "--top")
      expectFailure(
        try run("maps", "--data", "data", "--index", "0", "--output", "absent/x.svg"), naming: "absent/x.svg")
      #expect(!(try folder.names().contains { $0.hasPrefix("x.") || $0.hasPrefix(".") }))
    }

    @Test("filters: a picture for each filter of the first convolution")
    func filters() throws {
      let run = try run("filters", "--output", "filters.svg")
      expectSuccess(run)
      #expect(run.output == "wrote the 6 filters of net.0, 3×3, to filters.svg\n")
      #expect(try picture("filters.svg").elements.count { $0.name == "image" } == 6 + 1)
      expectSuccess(try self.run("filters", "--output", "own.svg", "--own-scale"))
      #expect(try folder.read("own.svg") != folder.read("filters.svg"))
      let color = Sequential(Conv2D(10, kernel: 5), GlobalAvgPool2D(), Flatten())
      try write(color, to: "color.safetensors", image: [3, 32, 32])
      expectSuccess(try self.run("filters", "--output", "color.png", checkpoint: "color.safetensors"))
      let image = try ImageFile.decode(path: folder.path("color.png"), channels: 3)
      #expect(image.height > 85 && image.width > 85)
      try write(Sequential(Flatten(), Dense(10)), to: "dense.safetensors")
      expectFailure(
        try self.run("filters", "--output", "x.svg", checkpoint: "dense.safetensors"), naming: "convolution")
      expectFailure(try self.run("filters", "--output", "x"), naming: ".svg", ".png")
    }

    @Test("features: a picture for each channel; a backend does not differ from itself")
    func features() throws {
      let image = ["--data", "data", "--index", "3"]
      let command = ["features", "--checkpoint", "net.safetensors", "--output", "f.svg"] + image
      let run = try nin(command + Self.backend + ["--layer", "net.0"], in: folder)
      expectSuccess(run)
      #expect(run.output == "wrote the activations of net.0 (Conv2D) to f.svg\n")
      #expect(try picture("f.svg").elements.count { $0.name == "image" } == 1 + 6 + 1)
      for other in TestedBackends.names {
        let names = "\(TestedBackends.fastest),\(other)"
        let run = try nin(command + ["--layer", "net.2", "--backends", names], in: folder)
        expectSuccess(run)
        if other == TestedBackends.fastest { #expect(run.output.contains("no difference")) }
        #expect(try picture("f.svg").elements.count { $0.name == "image" } == 1 + 3 * (10 + 1))
      }
    }

    @Test("are the same of a checkpoint and of its export to ONNX")
    func onnx() throws {
      expectSuccess(try nin("export", "--checkpoint", "net.safetensors", "--output", "net.onnx", in: folder))
      let image = ["--data", "data", "--index", "3"]
      for command in [["maps"] + image, ["features", "--layer", "net.2"] + image, ["filters"]] {
        let arguments = command + Self.backend
        expectSuccess(
          try nin(arguments + ["--checkpoint", "net.safetensors", "--output", "a.svg"], in: folder))
        let run = try nin(arguments + ["--model", "net.onnx", "--output", "b.svg"], in: folder)
        expectSuccess(run)
        #expect(run.errors.isEmpty)
        #expect(try folder.read("a.svg") == folder.read("b.svg"), "\(command[0])")
      }
    }

    @Test("take folders of images and standard input, as nin predict does")
    func inputs() throws {
      for name in ["photos/a.png", "photos/b.png", "photo/c.png"] {
        let parent = folder.path(String(name.prefix { $0 != "/" }))
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try folder.write(SmallImages.png, to: name)
      }
      let maps = try run("maps", "photos", "--output", "maps.svg")
      expectSuccess(maps)
      #expect(maps.output.contains("photos/a.png: ") && maps.output.contains("photos/b.png: "))
      expectSuccess(try run("features", "photo", "--layer", "net.0", "--output", "f.svg"))
      expectFailure(
        try run("features", "photos", "--layer", "net.0", "--output", "x.svg"), naming: "exactly one image")
      let options = "--checkpoint net.safetensors --backend \(TestedBackends.fastest)"
      let piped = try shell("nin maps \(options) --output maps.svg - < photo/c.png", in: folder)
      expectSuccess(piped)
      #expect(piped.output.contains("standard input: "))
      expectFailure(try run("maps", "-", "-", "--output", "x.svg"), naming: "give it once")
      #expect(!folder.has("x.svg"))
    }

    @Test("take exactly one network")
    func networks() throws {
      for command in ["maps", "features", "filters"] {
        let image = command == "filters" ? [] : ["--index", "0"]
        let layer = command == "features" ? ["--layer", "net.0"] : []
        let arguments = [command, "--output", "x.svg"] + image + layer
        let both = ["--checkpoint", "net.safetensors", "--model", "net.onnx"]
        for network in [[], both] {
          expectFailure(try nin(arguments + network, in: folder), naming: "--checkpoint", "--model")
        }
        expectFailure(try nin(arguments + ["--model", "absent.onnx"], in: folder), naming: "absent.onnx")
      }
      #expect(!folder.has("x.svg"))
    }

    @Test("features: unknown layers list the available ones; options that contradict each other are errors")
    func featureErrors() throws {
      func failure(_ arguments: String...) throws -> NinProcess.Run {
        try nin(
          ["features", "--checkpoint", "net.safetensors", "--data", "data", "--output", "x.svg"] + arguments,
          in: folder)
      }
      let fastest = TestedBackends.fastest
      expectFailure(
        try failure("--index", "0", "--layer", "net.9", "--backend", fastest), naming: "'net.9'",
        "net.0, net.1, net.2, net.3")
      expectFailure(
        try failure("--index", "0", "--layer", "net.4", "--backend", fastest), naming: "net.4", "Flatten")
      expectFailure(
        try failure("--index", "0", "--layer", "net.0", "--backends", fastest), naming: "--backends", "comma")
      expectFailure(
        try failure("--index", "0", "--layer", "net.0", "--backends", "reference,cuda"), naming: "cuda")
      expectFailure(
        try failure(
          "--index", "0", "--layer", "net.0", "--backends", "\(fastest),reference", "--backend", fastest),
        naming: "--backend")
      expectFailure(try failure("--index", "0", "--index", "1", "--layer", "net.0"), naming: "one")
      expectFailure(try failure("--index", "0"), naming: "--layer")
      #expect(!folder.has("x.svg"))
    }
  }
}
