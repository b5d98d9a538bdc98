import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Malformed safetensors files")
struct MalformedSafetensorsTests {
  private static func entry(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  /// Headers before eight bytes of data, each with the expected message.
  static let lies: [(header: String, complaint: String)] = [
    ("", "not a JSON object"),
    ("[]", "not a JSON object"),
    ("{", "not valid JSON"),
    (#"{"x":1}"#, "wrong type at 'x'"),
    (#"{"x":{"dtype":"F32","shape":[2]}}"#, "lacks 'data_offsets' at 'x'"),
    (#"{"__metadata__":{"a":1}}"#, "wrong type at '__metadata__', 'a'"),
    (#"{"x":\#(entry("F31", "[2]", "[0,8]"))}"#, "elements of type 'F31'"),
    (#"{"x":\#(entry("F32", "[-2]", "[0,8]"))}"#, "negative extent"),
    (#"{"x":\#(entry("F32", "[-1,-2]", "[0,8]"))}"#, "negative extent"),
    (#"{"x":\#(entry("F32", "[4611686018427387904,4]", "[0,8]"))}"#, "too many elements"),
    (#"{"x":\#(entry("F32", "[4611686018427387904]", "[0,0]"))}"#, "too many elements"),
    (#"{"x":\#(entry("F32", "[0,4611686018427387904,4]", "[0,0]"))}"#, "too many elements"),
    (#"{"x":\#(entry("F32", "[18446744073709551616]", "[0,8]"))}"#, "too large or not an integer"),
    (#"{"x":\#(entry("F32", "[1e400]", "[0,8]"))}"#, "too large or not an integer"),
    (#"{"x":\#(entry("F32", "[1.5]", "[0,8]"))}"#, "too large or not an integer"),
    (#"{"x":\#(entry("F32", "[NaN]", "[0,8]"))}"#, "not valid JSON"),
    (#"{"x":\#(entry("F32", "[3]", "[0,8]"))}"#, "needs 12 bytes, not 8"),
    (#"{"x":\#(entry("F32", "[2]", "[0]"))}"#, "invalid data_offsets"),
    (#"{"x":\#(entry("F32", "[2]", "[8,0]"))}"#, "invalid data_offsets"),
    (#"{"x":\#(entry("F32", "[2]", "[-8,0]"))}"#, "invalid data_offsets"),
    (#"{"x":\#(entry("F32", "[2]", "[-9223372036854775808,9223372036854775807]"))}"#, "invalid"),
    (#"{"x":\#(entry("F32", "[4]", "[0,16]"))}"#, "ends beyond the end of the file"),
    (#"{"x":\#(entry("F32", "[2]", "[4,12]"))}"#, "leaves a gap"),
    (#"{"x":\#(entry("F32", "[1]", "[0,4]"))}"#, "4 bytes at its end"),
    (#"{"x":\#(entry("F32", "[2]", "[0,8]")),"y":\#(entry("F32", "[1]", "[4,8]"))}"#, "overlaps"),
    (#"{"x":\#(entry("F32", "[2]", "[0,8]")),"y":\#(entry("F32", "[2]", "[0,8]"))}"#, "overlaps"),
    (#"{"x":\#(entry("F32", "[2]", "[0,8]")),"x":\#(entry("F64", "[1]", "[0,8]"))}"#, "a duplicate key"),
    (#"{"x":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#, "a duplicate key"),
    (#"{"__metadata__":{"a":"1","a":"2"},"x":\#(entry("F32", "[2]", "[0,8]"))}"#, "a duplicate key"),
    (#"{"x":"# + String(repeating: "[", count: 100_000), "not valid JSON"),
    (#"{"x":"# + String(repeating: #"{"x":"#, count: 100_000), "not valid JSON"),
  ]

  @Test("a wrong header gives one line that names the file and the mistake", arguments: lies)
  func lyingHeader(_ lie: (header: String, complaint: String)) throws {
    let directory = try TemporaryFolder()
    let data = [UInt8](repeating: 0, count: 8)
    let path = try directory.write(safetensors(header: lie.header, data: data), to: "a.safetensors")
    let complaint = try #require(complaint { try SafetensorsFile(path: path) })
    #expect(complaint.hasPrefix("\(path) "))
    #expect(complaint.contains(lie.complaint))
    #expect(!complaint.contains("\n"))
    #expect(complaint.count < path.count + 400)
  }

  @Test("colons and braces in names and texts are not mistaken for keys")
  func punctuationInStrings() throws {
    let directory = try TemporaryFolder()
    let tensor = Tensor<Float>(shape: [1], elements: [1])
    let path = directory.path("a.safetensors")
    try Safetensors.write(
      tensors: [(#"a:{"b":[\"#, tensor)], metadata: [#"":":{"#: #"}}\":"#], to: path)
    #expect(try SafetensorsFile(path: path).names == [#"a:{"b":[\"#])
  }

  @Test(
    "a header length beyond the file or all bounds is rejected", arguments: [9, 1 << 32, .max] as [UInt64])
  func headerLength(_ length: UInt64) throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(bytes([length]) + Array("{}      ".utf8), to: "a.safetensors")
    #expect(complaint { try SafetensorsFile(path: path) }?.contains("safetensors file: ") == true)
  }

  @Test("a file that is truncated anywhere is rejected")
  func truncation() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    try Safetensors.write(
      tensors: [("x", Tensor<Float>(shape: [2, 2], elements: [1, 2, 3, 4]))], metadata: ["k": "v"], to: path)
    let whole = try bytes(of: path)
    for count in whole.indices {
      let cut = try directory.write(whole.prefix(count), to: "cut")
      #expect(complaint { try SafetensorsFile(path: cut) }?.hasPrefix("\(cut) is ") == true)
    }
  }

  @Test("a file that is truncated after it was opened is an error too")
  func truncationWhileOpen() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    try Safetensors.write(tensors: [("x", Tensor<Float>(shape: [2], elements: [1, 2]))], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(truncate(path, off_t(try bytes(of: path).count - 1)) == 0)
    #expect(complaint { try file.tensor("x") }?.contains("ends early") == true)
  }

  @Test("a sparse file larger than memory is rejected before anything is allocated")
  func sparseFile() throws {
    let directory = try TemporaryFolder()
    let size = 1 << 43
    let header = #"{"x":\#(Self.entry("U8", "[\(size)]", "[0,\(size)]"))}"#
    let start = safetensors(header: header, data: [])
    let path = try directory.write(start, to: "a.safetensors")
    guard truncate(path, off_t(start.count + size)) == 0 else { return }
    let file = try SafetensorsFile(path: path)
    #expect(complaint { try file.tensor("x", as: UInt8.self) }?.contains("more memory") == true)
  }

  @Test(
    "a header length that looks like another format's signature is not mistaken for it",
    arguments: [0x0280, 0x0580, 0x8B1F, 0x12_0008])
  func misleadingLength(length: Int) throws {
    let directory = try TemporaryFolder()
    let header = #"{"x":\#(Self.entry("F32", "[2]", "[0,8]"))}"#
    let padded = header + String(repeating: " ", count: length - header.utf8.count)
    let data = [UInt8](repeating: 0, count: 8)
    let path = try directory.write(safetensors(header: padded, data: data), to: "a.safetensors")
    #expect(try SafetensorsFile(path: path).tensor("x").elements == [0, 0])
  }

  @Test("a header with more values than fit into memory is rejected before it is decoded")
  func manyValues() throws {
    let directory = try TemporaryFolder()
    let ones = String(repeating: "1,", count: 1 << 20)
    let header = #"{"x":\#(Self.entry("F32", "[\(ones)1]", "[0,4]"))}"#
    let path = try directory.write(safetensors(header: header, data: [0, 0, 0, 0]), to: "a.safetensors")
    #expect(complaint { try SafetensorsFile(path: path) }?.contains("more than 1048576 values") == true)
  }

  @Test("flipped bytes never cause a trap")
  func flippedBytes() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    let tensor = Tensor<Float>(shape: [2, 2], elements: [1, 2, 3, 4])
    try Safetensors.write(tensors: [("x", tensor), ("y", tensor)], metadata: ["k": "v"], to: path)
    let whole = try bytes(of: path)
    var generator = PhiloxGenerator(seed: 5, purpose: .testData, index: 0)
    var refused = 0
    for _ in 0..<2000 {
      let flipped = flip(whole, with: &generator)
      let file = try directory.write(flipped, to: "flipped")
      let complaint = complaint {
        let opened = try SafetensorsFile(path: file)
        for name in opened.names { _ = try opened.tensor(name, as: Int64.self) }
      }
      refused += complaint == nil ? 0 : 1
    }
    #expect(refused > 1000)
  }
}

/// Changes one to four bytes at random, often to characters that mean something in headers.
func flip(_ bytes: [UInt8], with generator: inout PhiloxGenerator) -> [UInt8] {
  var bytes = bytes
  let meaningful = Array(#"{}[]()",:'-0123456789eE.\ "#.utf8)
  for _ in 0...Int.random(in: 0..<4, using: &generator) {
    let index = Int.random(in: bytes.indices, using: &generator)
    let any = UInt8.random(in: 0...255, using: &generator)
    let known = meaningful[Int.random(in: meaningful.indices, using: &generator)]
    bytes[index] = Bool.random(using: &generator) ? any : known
  }
  return bytes
}
