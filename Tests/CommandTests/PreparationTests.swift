import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  /// The network `whole` says how its images are prepared; `plain` has the same weights and does not.
  @Suite("The preparation of images, if the network's file does not describe it")
  struct PreparationTests {
    private let folder: TemporaryFolder
    private static let names = (0..<10).map { "class-\($0)" }
    private static let numbers = ["--mean", "0.286", "--deviation", "0.353"]

    init() throws {
      folder = try TemporaryFolder()
      try folder.write(SmallImages.png, to: "image.png")
      try UntrainedNetwork.write(to: "base", in: folder)
      var description = try Checkpoint(path: folder.path("base")).description
      description.normalization = Normalization(mean: [0.286], deviation: [0.353])
      description.classNames = Self.names
      let json = String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
      try UntrainedNetwork.writePlain(to: "whole", in: folder, metadata: ["nin": json])
      try UntrainedNetwork.writePlain(to: "plain", in: folder)
    }

    private func run(_ command: String, _ network: String, _ options: [String]) throws -> NinProcess.Run {
      try nin([command, "--backend", TestedBackends.fastest, "--checkpoint", network] + options, in: folder)
    }

    @Test("is given by options, so that the state dict predicts and exports as the checkpoint does")
    func prediction() throws {
      let expected = try run("predict", "whole", ["image.png"])
      expectSuccess(expected)
      #expect(expected.output.contains("class-"))
      try folder.write(Self.names.joined(separator: "\r\n\n").utf8, to: "names.txt")
      for classes in [Self.names.joined(separator: ", "), "names.txt"] {
        let options = ["--image-size", "67", "--classes", classes] + Self.numbers
        let prediction = try run("predict", "plain", options + ["image.png"])
        expectSuccess(prediction)
        #expect(prediction.output == expected.output)
        expectSuccess(try run("export", "plain", options + ["--output", "net.onnx"]))
        let exported = try nin("predict", "--model", "net.onnx", "image.png", in: folder)
        expectSuccess(exported)
        #expect(exported.output == expected.output)
      }
    }

    @Test("is given by options for evaluations and traces too")
    func evaluation() throws {
      try TinyDataset().write(to: "data", in: folder)
      let data = ["--data", "data", "--image-size", "67"]
      let digits = ["--classes", (0..<10).map(String.init).joined(separator: ",")]
      let expected = try run("evaluate", "whole", data + digits + ["--json"])
      expectSuccess(expected)
      let evaluation = try run("evaluate", "plain", data + digits + Self.numbers + ["--json"])
      expectSuccess(evaluation)
      #expect(evaluation.output == expected.output)
      let trace = data + ["--batch-size", "2", "--output"]
      expectSuccess(try run("trace", "whole", trace + ["expected"]))
      expectSuccess(try run("trace", "plain", trace + ["traced"] + Self.numbers))
      let unknown = try run("trace", "plain", trace + ["unknown"])
      expectNotice(unknown, "--mean and --deviation")
      #expect(!unknown.errors.contains("--classes"))
      expectNotice(
        try run("trace", "whole", trace + ["other", "--mean", "0", "--deviation", "1"]), "replace")
      let inputs = try ["expected", "traced", "other"].map {
        try SafetensorsFile(path: folder.path($0)).tensor("input", as: Float.self)
      }
      #expect(inputs[0] == inputs[1])
      #expect(inputs[0] != inputs[2])
    }

    /// Expects success with one notice that says something.
    private func expectNotice(
      _ run: NinProcess.Run, _ notice: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(run.exitCode == 0, "\(run.errors)", sourceLocation: sourceLocation)
      let notices = run.errors.split(separator: "\n").filter { $0.hasPrefix("Notice: ") }
      #expect(
        notices.count == 1 && notices[0].contains(notice), "\(run.errors)", sourceLocation: sourceLocation)
    }

    @Test("is a notice if neither the file nor an option states it, or if they differ")
    func notices() throws {
      let image = ["image.png"]
      let silent = try run("predict", "plain", image)
      expectNotice(silent, "resized to 224×224")
      #expect(silent.errors.contains("--image-size, --mean and --deviation"))
      #expect(silent.errors.contains("--classes") && silent.output.contains(": class "))
      let sized = try run("predict", "plain", image + ["--image-size", "67"])
      expectNotice(sized, "Give --mean and --deviation,")
      #expect(!sized.errors.contains("resized"))
      expectNotice(try run("predict", "plain", image + ["--mean", "-0.5"]), "Give --image-size,")
      expectNotice(try run("predict", "whole", image + ["--mean", "0.5"]), "[0.286]")
      expectSuccess(try run("predict", "whole", image + Self.numbers))
    }

    @Test("is not stated by an export if it is unknown, so that predictions keep their notice")
    func unknownExport() throws {
      let sized = ["--image-size", "67", "--output", "net.onnx"]
      expectNotice(try run("export", "plain", sized), "does not describe the preparation")
      #expect(try ONNXFile(path: folder.path("net.onnx")).preparation == nil)
      let prediction = try nin("predict", "--model", "net.onnx", "image.png", in: folder)
      expectNotice(prediction, "does not describe the preparation")
      #expect(prediction.errors.contains("--classes") && prediction.output.contains(": class "))
      try FileManager.default.removeItem(atPath: folder.path("net.onnx"))
      let names = ["--classes", Self.names.joined(separator: ",")]
      expectFailure(
        try run("export", "plain", sized + names), naming: "--classes", "plain", "--mean and --deviation")
      #expect(!folder.has("net.onnx"))
    }

    @Test("is given by options for a model in the ONNX format")
    func onnx() throws {
      let model = Sequential(Conv2D(3, kernel: 3), Sigmoid(), GlobalAvgPool2D(), Flatten())
      let network = try Network(model, image: [1, 9, 8], backend: Reference())
      try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 1)
      let description = CheckpointDescription(
        model: model, image: [1, 9, 8], classNames: ["shirt", "shoe", "bag"],
        normalization: Normalization(mean: [0.3], deviation: [0.02]))
      try Checkpoint.write(network, description: description, to: folder.path("small"))
      let checkpoint = try Checkpoint(path: folder.path("small"))
      try ONNXFile.write(model, image: [1, 9, 8], to: folder.path("bare.onnx")) {
        try checkpoint.parameter($0)
      }
      let expected = try run("predict", "small", ["image.png"])
      expectNotice(
        try nin("predict", "--model", "bare.onnx", "image.png", in: folder), "--mean and --deviation")
      let prediction = try nin(
        "predict", "--model", "bare.onnx", "--mean", "0.3", "--deviation", "0.02", "--classes",
        "shirt,shoe,bag",
        "image.png", in: folder)
      expectSuccess(prediction)
      #expect(prediction.output == expected.output && prediction.output.contains("shoe"))
    }

    @Test("is rejected if it is impossible")
    func refusals() throws {
      try folder.write("a\nb\n".utf8, to: "two.txt")
      try NPY.write(Tensor<Float>(shape: [1, 1, 67, 67], repeating: 0), to: folder.path("x.npy"))
      let sized = ["--image-size", "67", "image.png"]
      for (options, parts) in [
        (["--mean", "a"], ["--mean is 'a'"]), (["--mean", "1,,2"], ["--mean is '1,,2'"]),
        (["--mean", "nan"], ["--mean"]), (["--deviation", "inf"], ["--deviation"]),
        (["--deviation", "0"], ["--deviation is 0", "more than 0"]),
        (["--deviation", "-0.3"], ["--deviation"]),
        (["--deviation", "1e-60"], ["--deviation", "more than 0"]),
        (["--mean", "0.5,0.5,0.5"], ["--mean has 3 numbers", "1 channel"]),
        (["--classes", "a,b"], ["--classes has 2 names", "10 outputs"]),
        (["--classes", "two.txt"], ["--classes has 2 names", "10 outputs"]),
        (["--classes", "a,,b"], ["--classes", "empty"]), (["--classes", "absent.txt"], ["absent.txt"]),
      ] {
        let run = try run("predict", "whole", options + sized)
        #expect(parts.allSatisfy(run.errors.contains), "\(options): \(run.errors)")
        expectFailure(run)
      }
      for options in [["--mean", "0"], ["--deviation", "1"], ["--classes", "a,b"]] {
        let array = ["--input", "x.npy", "--output", "y.npy"]
        expectFailure(try run("predict", "plain", array + options), naming: options[0], "--input")
      }
      #expect(!folder.has("y.npy"))
      try NPY.write(Tensor<Float>(shape: [1], repeating: 0), to: folder.path("labels.npy"))
      expectFailure(
        try run("verify", "plain", ["--input", "x.npy", "--labels", "labels.npy", "--mean", "0"]),
        naming: "--mean")
    }
  }
}
