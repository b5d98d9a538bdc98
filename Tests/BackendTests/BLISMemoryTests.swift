#if BLIS
  import Backends
  import Foundation
  import TestSupport
  import Testing

  @testable import BLISBackend

  /// BLIS 0.9 reads beyond small operands (its issues 635 and 821), unless packing is enabled.
  @Suite("BLIS", .enabled(if: TestedBackends.names.contains("blis"), "BLIS is not installed"))
  struct BLISMemoryTests {
    /// Numbers in whole pages, with nothing readable after the last one.
    private final class Guarded {
      let elements: UnsafeMutablePointer<Float>
      private let mapping: UnsafeMutableRawPointer
      private let byteCount: Int

      init(count: Int) throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let used = (4 * count + page - 1) / page * page
        byteCount = used + page
        let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        mapping = try #require(mapped == MAP_FAILED ? nil : mapped)
        mprotect(mapping + used, page, PROT_NONE)
        elements = (mapping + used - 4 * count).assumingMemoryBound(to: Float.self)
        for index in 0..<count { elements[index] = Float(index % 7 - 3) }
      }

      deinit {
        munmap(mapping, byteCount)
      }
    }

    @Test("reads nothing beyond its operands", arguments: [false, true], [false, true])
    func reads(leftIsTransposed: Bool, rightIsTransposed: Bool) throws {
      let product = try BLIS(threads: ThreadPool(count: 1)).sgemm
      for (rows, columns, depth) in [
        (2, 18, 300), (2, 26, 300), (7, 17, 75), (4, 33, 13), (13, 9, 300), (5, 40, 100),
      ] {
        let left = try Guarded(count: rows * depth), right = try Guarded(count: depth * columns)
        let result = try Guarded(count: rows * columns)
        let a = Matrix(
          elements: left.elements, rowStride: leftIsTransposed ? rows : depth, isTransposed: leftIsTransposed)
        let b = Matrix(
          elements: right.elements, rowStride: rightIsTransposed ? depth : columns,
          isTransposed: rightIsTransposed)
        product.multiply(
          a, b, ProductExtents(rows: rows, columns: columns, depth: depth), into: result.elements,
          resultStride: columns, adding: false)
        for index in 0..<rows * columns {
          let expected = (0..<depth).reduce(Float(0)) { $0 + a[index / columns, $1] * b[$1, index % columns] }
          #expect(result.elements[index] == expected)
        }
      }
    }
  }
#endif
