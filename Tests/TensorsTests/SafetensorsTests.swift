import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  private let weight = Tensor<Float>(shape: [2, 3], elements: [1, -2, .infinity, 0.1, -0.0, 0x1p-149])
  private let bias = Tensor<Float>(shape: [2], elements: [7, 8])

  @Test("tensors and metadata survive a round trip, in the order of the file")
  func roundTrip() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    let scalar = Tensor<Float>(shape: [], elements: [5])
    let empty = Tensor<Float>(shape: [0, 4], elements: [])
    let odd = "quote \" backslash \\ line\n é 你好 \u{1}"
    try Safetensors.write(
      tensors: [
        ("net.0.weight", weight), ("net.0.bias", bias), ("scalar", scalar), ("empty", empty), (odd, bias),
      ],
      metadata: ["classes": "10", odd: odd], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["classes": "10", odd: odd])
    #expect(file.names == ["empty", "net.0.bias", "net.0.weight", odd, "scalar"])
    #expect(try file.tensor("net.0.weight") == weight)
    #expect(try file.tensor("net.0.bias") == bias)
    #expect(try file.tensor(odd) == bias)
    #expect(try file.tensor("scalar") == scalar)
    #expect(try file.tensor("empty") == empty)
    #expect(try file.shape(of: "net.0.weight") == [2, 3])
    #expect(try file.elementType(of: "net.0.weight") == .float32)
    #expect(try directory.names() == ["a.safetensors"])
  }

  @Test("NaN keeps its bits")
  func notANumber() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    let tensor = Tensor<Float>(shape: [1], elements: [Float(bitPattern: 0xFFC1_2345)])
    try Safetensors.write(tensors: [("x", tensor)], to: path)
    let read: Tensor<Float> = try SafetensorsFile(path: path).tensor("x")
    #expect(read.elements[0].bitPattern == 0xFFC1_2345)
  }

  @Test("the bytes are those of the format, whatever the order of the tensors")
  func bytesOfTheFormat() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    let header =
      #"{"__metadata__":{"k":"v"},"#
      + #""bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]}}"#
    let data = (bias.elements + weight.elements).withUnsafeBytes { Array($0) }
    let expected = safetensors(header: header + " ", data: data)
    #expect(expected.count == 8 + 144 + 32)
    for tensors in [[("weight", weight), ("bias", bias)], [("bias", bias), ("weight", weight)]] {
      try Safetensors.write(tensors: tensors, metadata: ["k": "v"], to: path)
      #expect(try bytes(of: path) == expected)
    }
  }

  @Test("tensors of several types are written in one file, each in its own type")
  func mixedTypes() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    let doubles = Tensor<Double>(shape: [2], elements: [0.1, -.infinity])
    let integers = Tensor<Int64>(shape: [], elements: [.max])
    let octets = Tensor<UInt8>(shape: [3, 1], elements: [0, 128, 255])
    try Safetensors.write(
      [
        NamedTensor("weight", weight), NamedTensor("doubles", doubles), NamedTensor("count", integers),
        NamedTensor("bytes", octets),
      ],
      metadata: ["k": "v"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["bytes", "count", "doubles", "weight"])
    #expect(
      try file.names.map { try file.elementType(of: $0) } == [.uint8, .int64, .float64, .float32])
    #expect(try file.tensor("weight") == weight)
    #expect(try file.tensor("doubles", as: Double.self) == doubles)
    #expect(try file.tensor("count", as: Int64.self) == integers)
    #expect(try file.tensor("bytes", as: UInt8.self) == octets)
  }

  @Test("a copy of a file has its bytes, whatever the types of its tensors, and a tensor can be renamed")
  func copies() throws {
    let directory = try TemporaryFolder()
    let types = ["BF16", "F16", "F32", "F64", "I32", "I64", "U8"]
    let widths = [2, 2, 4, 8, 4, 8, 1]
    var (start, members): (Int, [String]) = (0, [])
    for (type, width) in zip(types, widths) {
      members.append(
        #""\#(type)":{"dtype":"\#(type)","shape":[3],"data_offsets":[\#(start),\#(start + 3 * width)]}"#)
      start += 3 * width
    }
    let header = "{\(members.joined(separator: ","))}"
    let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let file = try open(header: header + padding, data: (0..<start).map { UInt8($0) }, in: directory)
    var tensors = try file.names.map { try file.namedTensor($0) }
    #expect(tensors.map(\.shape) == Array(repeating: [3], count: 7))
    let copy = directory.path("copy")
    try Safetensors.write(tensors, metadata: file.metadata, to: copy)
    #expect(try bytes(of: copy) == bytes(of: file.path))
    tensors[0].name = "renamed"
    try Safetensors.write(tensors, to: copy)
    let renamed = try SafetensorsFile(path: copy)
    #expect(try renamed.elementType(of: "renamed") == .bfloat16)
    #expect(try renamed.tensor("renamed") == file.tensor("BF16"))
    #expect(complaint { try file.namedTensor("absent") }?.contains("has no tensor 'absent'") == true)
  }

  @Test("null metadata is empty metadata, as for the reference reader")
  func nullMetadata() throws {
    let directory = try TemporaryFolder()
    let header = #"{"__metadata__":null,"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let file = try open(header: header, data: bytes([2.5 as Float]), in: directory)
    #expect(file.metadata.isEmpty)
    #expect(try file.tensor("x").elements == [2.5])
  }

  @Test("every element type is converted to the requested one")
  func elementTypes() throws {
    let directory = try TemporaryFolder()
    let stored: [(String, ElementType, [UInt8])] = [
      ("F64", .float64, bytes([2.0, 255.0] as [Double])), ("F32", .float32, bytes([2, 255] as [Float])),
      ("F16", .float16, bytes([0x4000, 0x5BF8] as [UInt16])),
      ("BF16", .bfloat16, bytes([0x4000, 0x437F] as [UInt16])),
      ("I64", .int64, bytes([2, 255] as [Int64])), ("I32", .int32, bytes([2, 255] as [Int32])),
      ("U8", .uint8, [2, 255]),
    ]
    for (dtype, elementType, data) in stored {
      let header = #"{"x":{"dtype":"\#(dtype)","shape":[2],"data_offsets":[0,\#(data.count)]}}"#
      let file = try open(header: header, data: data, in: directory)
      #expect(try file.elementType(of: "x") == elementType)
      #expect(try file.tensor("x", as: Float.self).elements == [2, 255])
      #expect(try file.tensor("x", as: Double.self).elements == [2, 255])
      #expect(try file.tensor("x", as: Int64.self).elements == [2, 255])
      #expect(try file.tensor("x", as: UInt8.self).elements == [2, 255])
    }
  }

  @Test(
    "numbers that the requested type cannot represent are rejected",
    arguments: [0.5, -1, 256, .nan, .infinity])
  func inexactIntegers(_ number: Double) throws {
    let directory = try TemporaryFolder()
    let header = #"{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#
    let file = try open(header: header, data: bytes([number]), in: directory)
    #expect(
      complaint { try file.tensor("x", as: UInt8.self) }
        == "\(file.path) cannot be read: the tensor 'x' holds float64 numbers that uint8 cannot represent")
  }

  @Test("more elements than are converted at once keep their order")
  func manyElements() throws {
    let directory = try TemporaryFolder()
    let numbers = (0..<300_000).map { Int64($0) }
    let header = #"{"x":{"dtype":"I64","shape":[300000],"data_offsets":[0,2400000]}}"#
    let file = try open(header: header, data: bytes(numbers), in: directory)
    #expect(try file.tensor("x", as: Double.self).elements == numbers.map(Double.init))
  }

  @Test("a missing name gives an error that lists the names")
  func absentName() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    try Safetensors.write(tensors: (1...7).map { ("t\($0)", bias) }, to: path)
    let file = try SafetensorsFile(path: path)
    #expect(
      complaint { try file.tensor("u") }
        == "\(path) has no tensor 'u'; it has 't1', 't2', 't3', 't4', 't5' and 2 more")
  }

  @Test("names that occur twice or are reserved are not written")
  func refusedNames() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.safetensors")
    #expect(
      complaint { try Safetensors.write(tensors: [("x", bias), ("x", weight)], to: path) }
        == "\(path) cannot be written: two tensors have the name 'x'")
    #expect(complaint { try Safetensors.write(tensors: [("__metadata__", bias)], to: path) } != nil)
    #expect(try directory.names() == [])
  }
}

/// The bytes of numbers as they are in memory.
func bytes<Element: BitwiseCopyable>(_ elements: [Element]) -> [UInt8] {
  elements.withUnsafeBytes { Array($0) }
}

/// The bytes of a safetensors file with any header.
func safetensors(header: String, data: [UInt8]) -> [UInt8] {
  bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + data
}

private func open(header: String, data: [UInt8], in directory: TemporaryFolder) throws -> SafetensorsFile {
  let bytes = safetensors(header: header, data: data)
  return try SafetensorsFile(path: directory.write(bytes, to: "a.safetensors"))
}
