import Foundation
import ONNX
import Tensors
import Testing

@Suite("Damaged files in ONNX")
struct DamageTests {
  @Test(
    "are rejected wherever they are cut short",
    arguments: ["conv-float-data", "network-dense", "gemm-scaled", "if-axis-2"])
  func truncation(name: String) throws {
    let bytes = try Fixtures.bytes("\(name).onnx")
    let file = TemporaryFile()
    for count in 0..<bytes.count {
      try file.write(bytes.prefix(count))
      // Where a message ends, a prefix is a message too, in which the last ones of the file are missing.
      readOrRefuse(file)
    }
    try file.write(bytes.prefix(bytes.count / 2))
    #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
  }

  @Test(
    "are read or refused, whatever bytes are changed",
    arguments: ["conv-constant-node", "network-softmax", "if-axis-2"])
  func changedBytes(name: String) throws {
    let bytes = try Fixtures.bytes("\(name).onnx")
    let file = TemporaryFile()
    var generator = PhiloxGenerator(seed: 3, purpose: .testData, index: 0)
    for _ in 0..<2000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        changed[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      try file.write(changed)
      readOrRefuse(file)
    }
  }

  @Test("that are nothing but empty messages fill no memory", arguments: [0x0A, 0x2A, 0x5A] as [UInt8])
  func emptyMessages(tag: UInt8) throws {
    // Two bytes for each message of the graph, whose own field is 7.
    let count = 1 << 22
    var bytes = Data([0x3A, 0x80, 0x80, 0x80, 0x04])
    for _ in 0..<count { bytes.append(contentsOf: [tag, 0]) }
    let file = TemporaryFile()
    try file.write(bytes)
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
    #expect(error?.description.contains("more than") ?? false)
  }

  @Test("that nest without end are rejected")
  func nesting() throws {
    let file = TemporaryFile()
    // The beginnings of groups of an unknown field, each in the one before.
    try file.write(Data(repeating: 0x0B | 12 << 3 & 0x7F, count: 1 << 20))
    #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
  }

  @Test(
    "that are not ONNX models are rejected with their kind",
    arguments: [
      ("", "is empty"), ("{}", "text, not an ONNX model"), ("PK\u{3}\u{4}", "torch.save"),
      ("<!DOCTYPE html>", "web page"), ("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
      ("\u{10}\0\0\0\0\0\0\0{\"x\": 1, \"y\": 2}", "safetensors file, not an ONNX model"),
    ])
  func otherFiles(text: String, part: String) throws {
    let file = TemporaryFile()
    try file.write(Data(text.utf8))
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
    #expect(error?.description.contains(part) ?? false, "\(error?.description ?? "")")
    #expect(throws: FileError.self) { try ONNXFile(path: file.path + ".absent") }
    #expect(throws: FileError.self) { try ONNXFile(path: "/") }
  }

  /// Anything but an error that names the file ends the tests.
  private func readOrRefuse(_ file: TemporaryFile) {
    do {
      _ = try ONNXFile(path: file.path).network(input: [3, 3, 13, 15])
    } catch {
      #expect(error is FileError, "\(error)")
    }
  }
}
