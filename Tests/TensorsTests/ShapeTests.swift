import Foundation
import Tensors
import Testing

@Suite("Shape")
struct ShapeTests {
  @Test("counts its elements; a scalar has one, an empty axis leaves none")
  func elementCount() {
    #expect(Shape(2, 3, 4).elementCount == 24)
    #expect(Shape([]).elementCount == 1)
    #expect(Shape(5, 0, 2).elementCount == 0)
  }

  @Test("takes another batch size and keeps the other extents")
  func batch() {
    #expect(Shape(1, 96, 54, 54).withBatch(16) == [16, 96, 54, 54])
  }

  @Test("reads as extents with × between them")
  func description() {
    #expect("\(Shape(1, 96, 54))" == "1×96×54")
    #expect("\(Shape([]))" == "scalar")
  }

  @Test("is a plain array in JSON, both ways")
  func coding() throws {
    let json = try JSONEncoder().encode(Shape(1, 10))
    #expect(String(decoding: json, as: UTF8.self) == "[1,10]")
    #expect(try JSONDecoder().decode(Shape.self, from: json) == [1, 10])
  }

  @Test("of a stored tensor must be countable")
  func storedTensors() throws {
    #expect(StoredTensor(extents: [1 << 62, 4], elementType: .uint8) == nil)
    #expect(StoredTensor(extents: [1 << 62], elementType: .float32) == nil)
    #expect(StoredTensor(extents: [0, 1 << 62, 4], elementType: .float32) == nil)
    #expect(StoredTensor(extents: [2, -1], elementType: .float32) == nil)
    #expect(StoredTensor(extents: Array(repeating: 1, count: 65), elementType: .float32) == nil)
    let empty = try #require(StoredTensor(extents: [0, 7], elementType: .float32))
    #expect(empty.byteCount == 0)
    #expect(try #require(StoredTensor(extents: [], elementType: .float64)).byteCount == 8)
  }
}
