import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin export, and nin predict --model")
  struct ONNXTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try NPY.write(Tensor<Float>(shape: [1, 1, 2, 2], elements: [1, 2, 3, 4]), to: folder.path("x.npy"))
      try folder.write(Self.convolution, to: "conv.onnx")
    }

    /// One `Conv` of an input x, N×1×2×2, and an input w, 1×1×2×2, made with the Python package onnx.
    private static let convolution =
      Data(
        base64Encoded:
          "CAgSADpaCg8KAXgKAXcSAXkiBENvbnYSAWdaHAoBeBIXChUIARIRCgMSAU4KAggBCgIIAgoCCAJaGwoBdxIWChQI"
          + "ARIQCgIIAQoCCAEKAggCCgIIAmIJCgF5EgQKAggBQgQKABAR") ?? Data()

    @Test("give the checkpoint's logits, on every backend")
    func exported() throws {
      try UntrainedNetwork.write(to: "net.safetensors", in: folder)
      let export = ["export", "--checkpoint", "net.safetensors", "--output", "net.onnx"]
      for (options, output) in [(["--quiet"], ""), ([], "wrote the network to net.onnx\n")] {
        let run = try nin(export + options, in: folder)
        expectSuccess(run)
        #expect(run.output == output)
      }
      let images = Tensor<Float>(
        shape: [2, 1, 67, 67], elements: (0..<2 * 67 * 67).map { Float(sin(Double($0))) })
      try NPY.write(images, to: folder.path("images.npy"))
      for backend in TestedBackends.names {
        for network in [["--checkpoint", "net.safetensors"], ["--model", "net.onnx"]] {
          let run = try nin(
            ["predict", "--backend", backend, "--input", "images.npy", "--output", "\(network[1]).npy"]
              + network,
            in: folder)
          expectSuccess(run)
          #expect(run.output == "wrote the logits to \(network[1]).npy\n")
        }
        #expect(try folder.read("net.onnx.npy") == folder.read("net.safetensors.npy"), "\(backend)")
      }
    }

    @Test("classify images as the checkpoint does, whose preparation and classes the file keeps")
    func images() throws {
      let model = Sequential(Conv2D(3, kernel: 3), Sigmoid(), GlobalAvgPool2D(), Flatten())
      let network = try Network(model, image: [1, 9, 8], backend: Reference())
      try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 1)
      let description = CheckpointDescription(
        model: model, image: [1, 9, 8], classNames: ["shirt", "shoe", "bag"],
        normalization: Normalization(mean: [0.3], deviation: [0.02]))
      try Checkpoint.write(network, description: description, to: folder.path("net.safetensors"))
      try folder.write(SmallImages.png, to: "image.png")
      expectSuccess(try nin("export", "--checkpoint", "net.safetensors", "--output", "net.onnx", in: folder))
      let expected = try nin("predict", "--checkpoint", "net.safetensors", "image.png", in: folder)
      let run = try nin("predict", "--model", "net.onnx", "image.png", in: folder)
      expectSuccess(expected)
      expectSuccess(run)
      #expect(run.output == expected.output && !run.output.isEmpty)
      #expect(run.errors.isEmpty)
    }

    @Test("takes weights that a graph leaves open, by their names")
    func openInputs() throws {
      try NPY.write(
        Tensor<Float>(shape: [1, 1, 2, 2], elements: [1, 10, 100, 1000]), to: folder.path("w.npy"))
      for input in ["x.npy", "x=x.npy", "./x.npy"] {
        expectSuccess(
          try nin(
            "predict", "--model", "conv.onnx", "--input", input, "--input", "w=w.npy", "--output", "y.npy",
            in: folder))
        #expect(try NPY.read(folder.path("y.npy")).elements == [4321])
      }
    }

    @Test("says what is missing, wrong or too much")
    func mistakes() throws {
      func predict(_ arguments: String...) throws -> NinProcess.Run {
        try nin(["predict", "--model", "conv.onnx", "--output", "y.npy"] + arguments, in: folder)
      }
      expectFailure(try predict("--input", "x.npy"), naming: "conv.onnx", "w")
      expectFailure(try predict("--input", "w=x.npy"), naming: "--input", "x")
      expectFailure(try predict("--input", "x.npy", "--input", "v=x.npy"), naming: "--input v=x.npy", "x, w")
      expectFailure(try predict("--input", "x.npy", "--input", "x=x.npy"), naming: "twice")
      expectFailure(try predict("--input", "a/v=x.npy", "--input", "w=x.npy"), naming: "a/v=x.npy")
      expectFailure(try predict(), naming: "--input")
      expectFailure(try predict("--input", "x.npy", "--checkpoint", "c"), naming: "--checkpoint", "--model")
      expectFailure(
        try nin("predict", "--model", "conv.onnx", "shirt.png", in: folder), naming: "conv.onnx", "w")
      try folder.write(Data("no network".utf8), to: "text.onnx")
      for name in ["text.onnx", "absent.onnx", "."] {
        let run = try nin("predict", "--model", name, "--input", "x.npy", "--output", "y.npy", in: folder)
        expectFailure(run, naming: name)
      }
      expectFailure(
        try nin("export", "--checkpoint", "absent.safetensors", "--output", "y.onnx", in: folder),
        naming: "absent.safetensors")
      expectFailure(
        try nin("export", "--checkpoint", "absent.safetensors", "--output", "-", in: folder),
        naming: "--output", "standard output")
      #expect(try folder.names() == ["conv.onnx", "text.onnx", "x.npy"])
    }
  }
}
