import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("A network with a layer of another program")
  struct ForeignLayerTests {
    @Test("is rejected by the layer's name, and before a run begins")
    func refused() throws {
      let folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      try folder.write(SmallImages.png, to: "image.png")
      try UntrainedNetwork.write(to: "network.safetensors", in: folder)
      // A name of the same length leaves the file's structure whole.
      var file = try folder.read("network.safetensors")
      let name = try #require(file.range(of: Data("GlobalAvgPool2D".utf8)))
      file.replaceSubrange(name, with: Data("SqueezeAndExcite".utf8.dropLast()))
      try folder.write(file, to: "network.safetensors")
      for command in [
        ["predict", "--checkpoint", "network.safetensors", "image.png"],
        ["evaluate", "--checkpoint", "network.safetensors", "--data", "data"],
        ["export", "--checkpoint", "network.safetensors", "--output", "it.onnx"],
        [
          "train", "--weights", "network.safetensors", "--data", "data", "--image-size", "67", "--output",
          "run",
        ],
      ] {
        expectFailure(
          try nin(command, in: folder), naming: "network.safetensors", "SqueezeAndExcit")
      }
      #expect(try folder.names() == ["data", "image.png", "network.safetensors"])
    }
  }
}
