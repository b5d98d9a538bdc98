import Foundation
import Tensors
import TestSupport
import Testing

@Suite("NPY")
struct NPYTests {
  /// The bytes of a .npy file of any version.
  private func npy(_ header: String, data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let size = header.utf8.count
    let sizeBytes = version == 1 ? bytes([UInt16(size)]) : bytes([UInt32(size)])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + sizeBytes + Array(header.utf8) + data
  }

  private func dictionary(_ descr: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
  }

  private func message(reading bytes: [UInt8], in directory: TemporaryFolder) throws -> String? {
    let path = try directory.write(bytes, to: "a.npy")
    let complaint = complaint { try NPY.read(path) }
    #expect(complaint?.hasPrefix("\(path) ") != false)
    #expect(complaint?.contains("\n") != true)
    return complaint
  }

  @Test("arrays of every rank survive a round trip", arguments: [[], [3], [2, 3], [2, 1, 3, 4], [0, 5]])
  func roundTrip(_ extents: [Int]) throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.npy")
    let shape = Shape(extents)
    let tensor = Tensor<Float>(shape: shape, elements: (0..<shape.elementCount).map { Float($0) / 3 })
    try NPY.write(tensor, to: path)
    #expect(try NPY.read(path) == tensor)
    #expect((try bytes(of: path).count - 4 * shape.elementCount) % 64 == 0)
    #expect(try directory.names() == ["a.npy"])
  }

  @Test("the header is numpy's, byte for byte")
  func header() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.npy")
    try NPY.write(Tensor<Float>(shape: [1], elements: [1]), to: path)
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"
    let padded = text + String(repeating: " ", count: 118 - text.count - 1) + "\n"
    #expect(try bytes(of: path) == npy(padded, data: [0, 0, 0x80, 0x3F]))
  }

  @Test("NaN keeps its bits, and integers stay exact beyond 2^53")
  func exactness() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.npy")
    try NPY.write(Tensor<Float>(shape: [1], elements: [Float(bitPattern: 0x7FC0_0001)]), to: path)
    #expect(try NPY.read(path).elements[0].bitPattern == 0x7FC0_0001)
    let large = Tensor<Int64>(shape: [2], elements: [.max, .min])
    try NPY.write(large, to: path)
    #expect(try NPY.read(path, as: Int64.self) == large)
  }

  @Test("all versions and element types are read")
  func versionsAndTypes() throws {
    let directory = try TemporaryFolder()
    let data: [(String, [UInt8])] = [
      ("<f4", bytes([2, 9] as [Float])), ("<f8", bytes([2, 9] as [Double])),
      ("<f2", bytes([0x4000, 0x4880] as [UInt16])), ("<i8", bytes([2, 9] as [Int64])),
      ("<i4", bytes([2, 9] as [Int32])), ("|u1", [2, 9]),
    ]
    for (descr, data) in data {
      for version in 1...3 as ClosedRange<UInt8> {
        let bytes = npy(dictionary(descr, "(2,)"), data: data, version: version)
        let path = try directory.write(bytes, to: "a.npy")
        #expect(try NPY.read(path).elements == [2, 9])
        #expect(try NPY.read(path, as: Int64.self).elements == [2, 9])
      }
    }
  }

  @Test("big-endian elements are read")
  func bigEndian() throws {
    let directory = try TemporaryFolder()
    let data: [(String, [UInt8])] = [
      (">f4", bytes([2, 9].map { Float($0).bitPattern.bigEndian })),
      (">f8", bytes([2, 9].map { Double($0).bitPattern.bigEndian })),
      (">f2", bytes([0x4000, 0x4880].map { UInt16($0).bigEndian })),
      (">i8", bytes([2, 9].map { Int64($0).bigEndian })), (">i4", bytes([2, 9].map { Int32($0).bigEndian })),
      (">u1", [2, 9]),
    ]
    for (descr, data) in data {
      let path = try directory.write(npy(dictionary(descr, "(2,)"), data: data), to: "a.npy")
      #expect(try NPY.read(path).elements == [2, 9])
      #expect(try NPY.read(path, as: Double.self).elements == [2, 9])
      #expect(try NPY.read(path, as: Int64.self).elements == [2, 9])
    }
    let columns = npy(
      dictionary(">i4", "(2, 2)", fortran: "True"), data: bytes([1, 3, 2, 4].map { Int32($0).bigEndian }))
    #expect(try NPY.read(try directory.write(columns, to: "a.npy")).elements == [1, 2, 3, 4])
  }

  @Test(
    "headers by old and other writers are read",
    arguments: [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L), }",
      "{'shape': (2L,1L,), 'fortran_order': False, 'descr': '<f4'}",
      "  { \"descr\" :\t\"<f4\" , \"fortran_order\" : False ,\r\n \"shape\" : ( 2 , 1 ) }   \n\n",
      "{'descr': u'<f4', 'fortran_order': False, 'shape': (2, 1)}",
      "{'descr':'f4','fortran_order':True,'shape':(2,1)}",
      "{'descr': '=f4', 'fortran_order': False, 'shape': (2, 1), }",
    ])
  func headers(text: String) throws {
    let directory = try TemporaryFolder()
    for version in [1, 2] as [UInt8] {
      let path = try directory.write(
        npy(text, data: bytes([2, 9] as [Float]), version: version), to: "a.npy")
      #expect(try NPY.read(path) == Tensor(shape: [2, 1], elements: [2, 9]))
    }
  }

  @Test("the type of the elements is known without reading them")
  func elementTypes() throws {
    let directory = try TemporaryFolder()
    for (descr, type) in [(">f8", ElementType.float64), ("|u1", .uint8), ("|b1", .uint8), ("<i4", .int32)] {
      let path = try directory.write(npy(dictionary(descr, "(1000, 1000)"), data: []), to: "a.npy")
      #expect(try NPY.elementType(of: path) == type)
    }
  }

  @Test("a column-major array is converted to row-major order")
  func columnMajor() throws {
    let directory = try TemporaryFolder()
    // The element at (i, j, k) of 2×3×2 is 100 i + 10 j + k; in the file i varies fastest.
    let data = bytes([0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121] as [Float])
    let file = npy(dictionary("<f4", "(2, 3, 2)", fortran: "True"), data: data)
    let tensor = try NPY.read(try directory.write(file, to: "a.npy"))
    #expect(tensor.shape == [2, 3, 2])
    #expect(tensor.elements == [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
  }

  @Test("unsupported arrays are rejected by name")
  func refusals() throws {
    let directory = try TemporaryFolder()
    let eight = [UInt8](repeating: 0, count: 8)
    let cases: [(bytes: [UInt8], complaint: String)] = [
      ([], "is empty"),
      (Array("hello, world, hello".utf8), "not a .npy file"),
      (Array("PK\u{3}\u{4}and more of an archive".utf8), "numpy.save"),
      (npy(dictionary("<f4", "(2,)"), data: eight, version: 4), "version"),
      (npy(dictionary("<c8", "(1,)"), data: eight), "'<c8', complex numbers"),
      (npy(dictionary("|O", "(1,)"), data: eight), "'|O', Python objects"),
      (npy(dictionary("<U2", "(1,)"), data: eight), "'<U2', text"),
      (npy(dictionary(">u2", "(4,)"), data: eight), "'>u2'; float64,"),
      (npy(dictionary("|i1", "(8,)"), data: eight), "in numpy: x.astype('float32')"),
      (npy(dictionary("<", "(2,)"), data: eight), "'<'"),
      (npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", data: eight), "records"),
      (npy("{'descr': 4, 'fortran_order': False, 'shape': (2,)}", data: eight), "invalid header"),
      (npy(dictionary("<f4", "(2M,)"), data: eight), "invalid header"),
      (npy("{'descr': '<f4', 'shape': (2,)}", data: eight), "invalid header"),
      (
        npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", data: eight),
        "invalid header"
      ),
      (npy(dictionary("<f4", "(2,)") + "; import os", data: eight), "invalid header"),
      (npy(dictionary("<f4", "__import__('os')"), data: eight), "invalid header"),
      (npy(dictionary("<f4", "(2)"), data: eight), "invalid header"),
      (npy(dictionary("<f4", "(99999999999999999999,)"), data: eight), "invalid header"),
      (npy(dictionary("<f4", "(-2,)"), data: eight), "negative extent"),
      (npy(dictionary("<f4", "(4611686018427387904, 4)"), data: eight), "too many elements"),
      (npy(dictionary("<f4", "(0, 4611686018427387904, 4)"), data: []), "too many elements"),
      (npy(dictionary("<f4", "(3,)"), data: eight), "8 bytes of data where 3 float32 needs 12"),
      (npy(dictionary("<f4", "(1,)"), data: eight), "8 bytes of data where 1 float32 needs 4"),
      (npy(String(repeating: " ", count: 70_000), data: [], version: 2), "header of 70000 bytes"),
      (npy("{" + String(repeating: "(", count: 60_000), data: []), "invalid header"),
    ]
    for (bytes, expected) in cases {
      let complaint = try message(reading: bytes, in: directory)
      #expect(complaint?.contains(expected) == true, "\(complaint ?? "nothing") should say: \(expected)")
    }
  }

  @Test("a file that is truncated anywhere is rejected")
  func truncation() throws {
    let directory = try TemporaryFolder()
    let whole = npy(dictionary("<f4", "(2,)"), data: bytes([1, 2] as [Float]))
    for count in whole.indices {
      #expect(try message(reading: Array(whole.prefix(count)), in: directory) != nil)
    }
  }

  @Test("flipped bytes never cause a trap")
  func flippedBytes() throws {
    let directory = try TemporaryFolder()
    let whole = npy(dictionary("<f4", "(2, 1)", fortran: "True"), data: bytes([1, 2] as [Float]))
    var generator = PhiloxGenerator(seed: 6, purpose: .testData, index: 0)
    var refused = 0
    for _ in 0..<2000 {
      refused += try message(reading: flip(whole, with: &generator), in: directory) == nil ? 0 : 1
    }
    #expect(refused > 1000)
  }
}
