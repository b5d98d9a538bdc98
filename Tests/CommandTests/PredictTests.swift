import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin predict")
  struct PredictTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try UntrainedNetwork.write(to: "net.safetensors", in: folder)
    }

    private func predict(_ arguments: String..., checkpoint: String = "net.safetensors") throws
      -> NinProcess.Run
    {
      try nin(
        ["predict", "--checkpoint", checkpoint, "--backend", TestedBackends.fastest] + arguments, in: folder)
    }

    @Test("classifies PNG and JPEG files, whatever their names")
    func imageFiles() throws {
      try folder.write(SmallImages.png, to: "shirt.png")
      try folder.write(SmallImages.jpeg, to: "photograph")
      let run = try predict("shirt.png", "photograph", "--top", "2")
      expectSuccess(run)
      let lines = run.output.split(separator: "\n")
      #expect(lines.map { $0.split(separator: ":")[0] } == ["shirt.png", "photograph"])
      #expect(lines.allSatisfy { $0.filter { $0 == "%" }.count == 2 })
      #expect(lines.allSatisfy { line in (0..<10).contains { line.contains(": \($0) ") } })
      #expect(try predict("shirt.png", "--invert").output != predict("shirt.png").output)
    }

    @Test("names a file that is not an image")
    func badImages() throws {
      try folder.write(SmallImages.png, to: "good.png")
      try folder.write(Data("no image".utf8), to: "text.png")
      try folder.write(Data(), to: "empty.png")
      try folder.write(SmallImages.png.prefix(50), to: "short.png")
      try folder.write(SmallImages.jpeg.prefix(200), to: "short.jpg")
      for name in ["text.png", "empty.png", "short.png", "short.jpg", "absent.png"] {
        expectFailure(try predict("good.png", name), naming: name)
      }
    }

    @Test("runs an array as it is, on every backend alike")
    func array() throws {
      let images = Tensor<Float>(
        shape: [3, 1, 67, 67], elements: (0..<3 * 67 * 67).map { Float(sin(Double($0))) })
      try NPY.write(images, to: folder.path("x.npy"))
      var logits: [Tensor<Float>] = []
      for backend in TestedBackends.names {
        let run = try nin(
          "predict", "--checkpoint", "net.safetensors", "--backend", backend, "--input", "x.npy", "--output",
          "\(backend).npy", in: folder)
        expectSuccess(run)
        logits.append(try NPY.read(folder.path("\(backend).npy")))
      }
      for other in logits {
        #expect(other.shape == [3, 10])
        #expect(zip(other.elements, logits[0].elements).allSatisfy { abs($0 - $1) < 1e-4 })
      }
      #expect(logits[0].elements.contains { $0 > 0 })
    }

    @Test("takes a plain file of PyTorch's, with other channels and classes")
    func plainFile() throws {
      try UntrainedNetwork.writePlain(to: "plain.safetensors", in: folder) { tensors in
        for index in tensors.indices {
          let (name, tensor) = tensors[index]
          switch name {
          case "net.0.0.weight":
            tensors[index].tensor = Tensor(
              shape: [96, 3, 11, 11], elements: (0..<3).flatMap { _ in tensor.elements })
          case "net.7.0.weight": tensors[index].tensor = Self.firstRows(7, of: tensor)
          case "net.7.0.bias", "net.7.2.bias", "net.7.4.bias":
            tensors[index].tensor = Self.firstRows(7, of: tensor)
          case "net.7.2.weight", "net.7.4.weight":
            tensors[index].tensor = Tensor(shape: [7, 7, 1, 1], elements: Array(tensor.elements.prefix(49)))
          default: break
          }
        }
      }
      try folder.write(SmallImages.png, to: "it.png")
      let run = try predict("it.png", "--image-size", "80", checkpoint: "plain.safetensors")
      #expect(run.exitCode == 0 && run.output.contains("class "), "\(run.errors)")
      #expect(run.errors.contains("does not describe the preparation of its images"))
      try NPY.write(Tensor<Float>(shape: [2, 3, 70, 70], repeating: 0.5), to: folder.path("x.npy"))
      expectSuccess(try predict("--input", "x.npy", "--output", "y.npy", checkpoint: "plain.safetensors"))
      #expect(try NPY.read(folder.path("y.npy")).shape == [2, 7])
    }

    private static func firstRows(_ count: Int, of tensor: Tensor<Float>) -> Tensor<Float> {
      let shape = tensor.shape.withBatch(count)
      return Tensor(shape: shape, elements: Array(tensor.elements.prefix(shape.elementCount)))
    }

    @Test("names an array that does not fit, and writes nothing")
    func badArrays() throws {
      let good = Tensor<Float>(shape: [1, 1, 67, 67], repeating: 0)
      try NPY.write(good, to: folder.path("good.npy"))
      try NPY.write(Tensor<Float>(shape: [67, 67], repeating: 0), to: folder.path("rank.npy"))
      try NPY.write(Tensor<Float>(shape: [0, 1, 67, 67], repeating: 0), to: folder.path("none.npy"))
      try NPY.write(Tensor<Float>(shape: [1, 2, 67, 67], repeating: 0), to: folder.path("channels.npy"))
      try NPY.write(Tensor<Float>(shape: [1, 1, 64, 64], repeating: 0), to: folder.path("small.npy"))
      let bytes = try folder.read("good.npy")
      try folder.write(bytes.dropLast(4), to: "short.npy")
      try folder.write(bytes.prefix(30), to: "header.npy")
      try folder.write(Data(), to: "empty.npy")
      var complex = bytes
      complex.replaceSubrange(try #require(complex.firstRange(of: Data("<f4".utf8))), with: Data("<c8".utf8))
      try folder.write(complex, to: "type.npy")
      try NPY.write(Tensor<UInt8>(shape: [1, 1, 67, 67], repeating: 9), to: folder.path("bytes.npy"))
      for name in ["rank", "none", "channels", "short", "header", "empty", "type", "absent", "bytes"] {
        expectFailure(try predict("--input", "\(name).npy", "--output", "y.npy"), naming: "\(name).npy")
      }
      expectFailure(
        try predict("--input", "bytes.npy", "--output", "y.npy"), naming: "uint8", "x.astype('float32') / 255"
      )
      expectFailure(try predict("--input", "small.npy", "--output", "y.npy"), naming: "net.5", "MaxPool2D")
      for output in ["absent/y.npy", "good.npy/y.npy", "/dev/full"] {
        expectFailure(try predict("--input", "good.npy", "--output", output), naming: output)
      }
      #expect(!(try folder.names().contains { $0 == "y.npy" || $0.hasPrefix(".") }))
    }

    @Test("says which options are missing or contradict each other")
    func options() throws {
      expectFailure(try predict(), naming: "--index", "--input")
      expectFailure(try predict("--input", "x.npy"), naming: "--output")
      expectFailure(try predict("--input", "x.npy", "--output", "y.npy", "--invert"), naming: "--invert")
      expectFailure(try predict("--input", "x.npy", "--output", "y.npy", "--json"), naming: "--json")
      expectFailure(try predict("-", "a.png", "-"), naming: "- is standard input", "once")
      expectFailure(try predict("--index", "0", "--top", "0"), naming: "--top")
      expectFailure(try nin("predict", "--index", "0", in: folder), naming: "--checkpoint")
    }

    @Test("names an index beyond the test set", arguments: ["24", "-1"])
    func index(number: String) throws {
      try TinyDataset().write(to: "data", in: folder)
      expectFailure(try predict("--data", "data", "--index", number), naming: "--index", number, "23")
    }
  }
}
