import Foundation
import Testing

@testable import Datasets

@Suite("Bilinear resize")
struct BilinearResizeTests {
  /// An image before and after, as Pillow resizes it.
  struct Golden: Sendable, CustomTestStringConvertible {
    let source: PixelSize
    let target: PixelSize
    let channels: Int
    let before: [UInt8]
    let after: [UInt8]

    var testDescription: String { "\(channels)×\(source) to \(target)" }
  }

  static func goldens() throws -> [Golden] {
    var rest = [UInt8](try Data(contentsOf: fixture("resize.bin")))[...]
    func take(_ count: Int) -> [UInt8] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    var goldens: [Golden] = []
    while !rest.isEmpty {
      let numbers = (0..<5).map { _ in take(4).reversed().reduce(0) { $0 << 8 | Int($1) } }
      goldens.append(
        Golden(
          source: PixelSize(height: numbers[1], width: numbers[2]),
          target: PixelSize(height: numbers[3], width: numbers[4]), channels: numbers[0],
          before: take(numbers[0] * numbers[1] * numbers[2]),
          after: take(numbers[0] * numbers[3] * numbers[4])))
    }
    return goldens
  }

  @Test("gives Pillow's bytes, enlarging and shrinking")
  func goldenBytes() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count == 21)
    for golden in goldens {
      let resize = try BilinearResize(from: golden.source, to: golden.target, channels: golden.channels)
      #expect(resize.resized(golden.before) == golden.after, "\(golden.testDescription)")
    }
  }

  @Test("never overflows for a white line, however far it is shrunk")
  func saturation() throws {
    for (from, to) in [(16384, 1), (16384, 7), (16383, 5000), (1, 16384), (9999, 9998)] {
      let resize = try BilinearResize(
        from: PixelSize(height: from, width: 1), to: PixelSize(height: to, width: 1), channels: 1)
      let white = resize.resized([UInt8](repeating: 255, count: from))
      #expect(white.allSatisfy { $0 == 255 }, "\(from) to \(to)")
    }
  }

  @Test(
    "as in other libraries keeps constant images constant and images of the same size unchanged, and never overflows"
  )
  func otherMethods() throws {
    for method in ResizeMethod.allCases {
      for (from, to) in [(1, 7), (7, 1), (8, 4), (5, 12), (13, 13), (1000, 3)] {
        let (source, target) = (
          PixelSize(height: from, width: from + 1), PixelSize(height: to, width: to + 1)
        )
        let white = try method.resized(
          [UInt8](repeating: 255, count: from * (from + 1)), from: source, to: target, channels: 1)
        let count = to * (to + 1)
        #expect(
          white == .bytes(Array(repeating: 255, count: count))
            || white == .intensities(Array(repeating: 1, count: count)), "\(method) \(from) to \(to)")
        let ramp = (0..<from * (from + 1)).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let same = try method.resized(ramp, from: source, to: source, channels: 1)
        #expect(same == .bytes(ramp) || same == .intensities(ramp.map { Float($0) / 255 }))
      }
      for (from, to) in [(0, 5), (5, 0), (-3, 5), (5, 16385)] {
        #expect(throws: DatasetError.self) {
          try method.resized([], from: PixelSize(square: from), to: PixelSize(square: to), channels: 1)
        }
      }
      #expect(throws: DatasetError.self) {
        try method.resized([1, 2], from: PixelSize(square: 2), to: PixelSize(square: 3), channels: 1)
      }
    }
  }

  @Test(
    "from or to invalid sizes is rejected", arguments: [(0, 5), (5, 0), (-3, 5), (5, 16385), (.max, .max)])
  func refusal(from: Int, to: Int) throws {
    let error = try #require(throws: DatasetError.self) {
      try BilinearResize(from: PixelSize(square: from), to: PixelSize(square: to), channels: 1)
    }
    #expect(isOneLine(error.description))
  }
}
