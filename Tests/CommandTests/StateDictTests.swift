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
        "backbone.", "model.encoder.",
      ])
    func prefixes(prefix: String) throws {
      try UntrainedNetwork.write(to: "whole", in: folder)
      try UntrainedNetwork.writePlain(to: "plain", in: folder) { tensors in
        for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
      }
      let run = try predict("plain")
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(prefix.isEmpty || run.errors.contains("begin with \(prefix),"), "\(run.errors)")
      #expect(run.errors.contains("does not describe the preparation of its images"))
      let whole = try predict("whole")
      // With the metadata there is nothing to say.
      expectSuccess(whole)
      let probabilities = { (text: String) in text.split(separator: " ").filter { $0.contains(".") } }
      #expect(probabilities(run.output) == probabilities(whole.output) && !run.output.isEmpty)
    }

    @Test("with tensors that are not needed is read whatever their type is, if it keeps the metadata")
    func otherTypes() throws {
      try UntrainedNetwork.write(to: "whole", in: folder)
      let bytes = try folder.read("whole")
      let size = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let header = String(decoding: bytes[8..<8 + size], as: UTF8.self)
      let end = bytes.count - 8 - size
      for (dtype, width) in [("BOOL", 1), ("I16", 2), ("F8_E4M3", 1), ("F4", 1), ("U64", 8)] {
        let entry = #","mask":{"dtype":"\#(dtype)","shape":[1],"data_offsets":[\#(end),\#(end + width)]}}"#
        let changed = String(header.trimmingCharacters(in: .whitespaces).dropLast()) + entry
        let length = withUnsafeBytes(of: UInt64(changed.utf8.count).littleEndian) { Data($0) }
        try folder.write(
          length + Data(changed.utf8) + bytes.dropFirst(8 + size) + Data(count: width), to: "more")
        let run = try predict("more")
        expectSuccess(run)
        #expect(run.output == (try predict("whole")).output, "\(dtype)")
      }
    }

    @Test("that is of another network is rejected with all missing, unexpected and misshapen tensors")
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

    @Test("with one tensor for another number of classes is rejected for that tensor alone")
    func oddTensor() throws {
      for (name, shape) in [("net.7.4.bias", [11] as Shape), ("net.7.4.weight", [11, 10, 1, 1])] {
        try UntrainedNetwork.writePlain(to: "odd", in: folder) { tensors in
          for index in tensors.indices where tensors[index].name == name {
            tensors[index].tensor = Tensor(shape: shape, repeating: 0)
          }
        }
        let run = try predict("odd")
        expectFailure(run, naming: "with a different shape: \(name) is \(shape), not")
        #expect(run.errors.ranges(of: "net.7.").count == 1, "\(run.errors)")
      }
    }

    @Test(
      "is read with the prefixes of its wrappers if it keeps the metadata",
      arguments: ["module.", "net.", ""])
    func prefixesWithMetadata(prefix: String) throws {
      try UntrainedNetwork.write(to: "whole", in: folder)
      let metadata = try SafetensorsFile(path: folder.path("whole")).metadata
      try UntrainedNetwork.writePlain(to: "wrapped", in: folder, metadata: metadata) { tensors in
        for index in tensors.indices {
          let name = tensors[index].name
          tensors[index].name = prefix.isEmpty ? String(name.dropFirst(4)) : prefix + name
        }
      }
      let run = try predict("wrapped")
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(run.output == (try predict("whole")).output)
      #expect(prefix.isEmpty ? run.errors.isEmpty : run.errors.contains("begin with \(prefix),"))
    }

    @Test(
      "that keeps the metadata and has other tensors is rejected with all that differ",
      arguments: ["export", "predict"])
    func differencesWithMetadata(command: String) throws {
      try UntrainedNetwork.write(to: "whole", in: folder)
      let metadata = try SafetensorsFile(path: folder.path("whole")).metadata
      try UntrainedNetwork.writePlain(to: "different", in: folder, metadata: metadata) { tensors in
        tensors.removeAll { ["net.7.4.bias", "net.2.0.bias"].contains($0.name) }
        for index in tensors.indices where tensors[index].name == "net.0.0.weight" {
          tensors[index].tensor = Tensor(shape: [96, 121], repeating: 0)
        }
      }
      let rest = command == "export" ? ["--output", "net.onnx"] : ["image.png"]
      let run = try nin([command, "--checkpoint", "different"] + rest, in: folder)
      expectFailure(run, naming: "net.7.4.bias", "net.2.0.bias", "net.0.0.weight is 96×121")
      #expect(try !folder.names().contains("net.onnx"))
    }

    @Test("that resembles no network is rejected with the names of its tensors")
    func unknown() throws {
      try UntrainedNetwork.writePlain(to: "unknown", in: folder) { tensors in
        for index in tensors.indices { tensors[index].name = "layer\(index).kernel" }
      }
      expectFailure(try predict("unknown"), naming: "layer0.kernel", "net.0.0.weight")
    }

    @Test("next to another copy of it is rejected with the names of the copy")
    func copies() throws {
      try UntrainedNetwork.writePlain(to: "copies", in: folder) { tensors in
        tensors += tensors.map { (name: "ema.\($0.name)", tensor: $0.tensor) }
      }
      expectFailure(try predict("copies"), naming: "unexpected", "ema.net.0.0.weight")
    }

    @Test(
      "that is something else is rejected with its kind",
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
