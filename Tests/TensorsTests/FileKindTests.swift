import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Files that are not safetensors")
struct FileKindTests {
  /// The first file of a Zip archive, stored.
  private static func zip(_ name: String) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0]
      + Array(name.utf8) + [UInt8](repeating: 0, count: 40)
  }

  private static let files: [(content: [UInt8], parts: [String])] = [
    (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), ["Git LFS", "git lfs pull"]),
    (zip("archive/data.pkl"), ["torch.save", "torch.load", "save_file"]),
    (zip("net/data.pkl") + zip("net/constants.pkl"), ["TorchScript", "torch.jit.load", "save_file"]),
    ([0x80, 2, 0x8A, 10] + [UInt8](repeating: 1, count: 20), ["torch.save", "torch.load", "save_file"]),
    ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], ["HDF5", "Docs/convert.py"]),
    (zip("metadata.json"), ["Keras", "Docs/convert.py"]), (zip("x.npy"), ["numpy"]),
    ([0x81, 0xA6] + Array("params".utf8) + [0x81, 0xA3], ["Flax", "Docs/convert.py"]),
    ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], ["gzip", "gunzip"]),
    (Array("<!DOCTYPE html>\n<html></html>".utf8), ["web page"]),
    (Array("<html lang=\"en\"></html>".utf8), ["web page"]),
    ([8, 8, 0x12, 7] + Array("pytorch".utf8), ["ONNX"]),
    (Array("\n <html lang=\"en\"></html>".utf8), ["web page"]),
    (Array("{\"error\": \"Repository not found\"}".utf8), ["text, not a safetensors file"]),
    ([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0], ["numpy", ".npy"]),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], ["compressed"]),
    ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], ["image"]),
    (Array("GGUF".utf8) + [3, 0, 0, 0], ["GGUF"]),
  ]

  @Test("are rejected by their kind, with a remedy, in one line", arguments: files)
  func kinds(file: (content: [UInt8], parts: [String])) throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(file.content, to: "weights")
    let complaint = try #require(complaint { try SafetensorsFile(path: path) })
    #expect(complaint.hasPrefix("\(path) is ") && !complaint.contains("\n"))
    for part in file.parts { #expect(complaint.contains(part), "\(complaint)") }
  }

  @Test("include the index of files to be joined")
  func shards() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(
      Array("{\n  \"weight_map\": {}\n}".utf8), to: "model.safetensors.index.json")
    let complaint = try #require(complaint { try SafetensorsFile(path: path) })
    #expect(complaint.contains("index") && complaint.contains("load_file") && !complaint.contains("\n"))
  }

  @Test("do not include one whose header length begins like another format")
  func similar() throws {
    let directory = try TemporaryFolder()
    // The header is 0x80 + 0x200 bytes long, whose first two bytes are those of a pickle.
    let header = "{}" + String(repeating: " ", count: 0x280 - 2)
    let path = try directory.write(safetensors(header: header, data: []), to: "weights")
    #expect(try SafetensorsFile(path: path).names.isEmpty)
  }
}
