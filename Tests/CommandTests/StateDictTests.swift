import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("A state dict of PyTorch")
  struct StateDictTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try folder.write(SmallImages.png, to: "image.png")
    }

    private func predict(_ name: String) throws -> NinProcess.Run {
      try nin("predict", "--checkpoint", name, "--image-size", "67", "image.png", in: folder)
    }

    @Test(
      "is read with the prefixes of its wrappers, which a notice names",
      arguments: [
        "", "module.", "_orig_mod.", "model.", "state_dict.", "module._orig_mod.", "state_dict.model.",
      ])
    func prefixes(prefix: String) throws {
      try UntrainedNetwork.write(to: "whole", in: folder)
      try UntrainedNetwork.writePlain(to: "plain", in: folder) { tensors in
        for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
      }
      let run = try predict("plain")
      #expect(run.exitCode == 0, "\(run.errors)")
      let probabilities = { (text: String) in text.filter { $0.isNumber || $0 == "." || $0 == "%" } }
      #expect(!probabilities(run.output).isEmpty)
      #expect(prefix.isEmpty || run.errors.contains("begin with \(prefix),"), "\(run.errors)")
      #expect(run.errors.contains("does not say how its images were prepared"))
      // With the metadata there is nothing to say.
      expectSuccess(try predict("whole"))
    }

    @Test("that is of another network is refused with all that is missing, too much or of another shape")
    func differences() throws {
      try UntrainedNetwork.writePlain(to: "different", in: folder) { tensors in
        tensors.removeAll { ["net.7.4.bias", "net.2.0.bias"].contains($0.name) }
        tensors.append((name: "ema.step", tensor: Tensor(shape: [1], repeating: 0)))
        for index in tensors.indices where tensors[index].name == "net.0.0.weight" {
          tensors[index].tensor = Tensor(shape: [96, 121], repeating: 0)
        }
      }
      expectFailure(
        try predict("different"), naming: "net.7.4.bias", "net.2.0.bias", "ema.step",
        "net.0.0.weight is 96×121",
        "not 96×1×11×11")
    }

    @Test(
      "that is something else is told what it is",
      arguments: [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345678\n", "Git LFS pointer"),
        ("PK\u{3}\u{4}0123456789", "torch.load"), ("<!DOCTYPE html><html></html>", "web page"),
        ("\u{8}\u{8}\u{12}\u{7}pytorch0123456789", "ONNX"),
      ])
    func others(content: String, part: String) throws {
      try folder.write(Data(content.utf8), to: "file.safetensors")
      expectFailure(try predict("file.safetensors"), naming: "file.safetensors", part)
    }
  }
}
