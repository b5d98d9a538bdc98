import Foundation
import Tensors
import TestSupport
import Testing

@testable import Datasets

@Suite("IDX files")
struct IDXFileTests {
  private let folder: TemporaryFolder
  private let images = idx([2, 2, 3], Array(1...12))

  init() throws {
    folder = try TemporaryFolder()
  }

  private func refusal(_ bytes: [UInt8], _ contents: IDXFile.Contents = .images) throws -> String {
    let path = try folder.write(bytes, to: "file")
    let error = try #require(throws: DatasetError.self) { try IDXFile(path: path, contents: contents) }
    #expect(isOneLine(error.description))
    #expect(error.description.contains(path))
    return error.description
  }

  @Test("are read plain and gzipped, whatever the name")
  func reading() throws {
    for bytes in [images, try gzipped(images)] {
      let file = try IDXFile(path: folder.write(bytes, to: "file"), contents: .images)
      #expect(file.shape == [2, 2, 3])
      #expect(Array(UnsafeRawBufferPointer(start: file.bytes.baseAddress, count: 12)) == Array(1...12))
    }
  }

  @Test("that end too early are rejected, wherever they end")
  func truncation() throws {
    let packed = try gzipped(images)
    for length in 0..<images.count {
      _ = try refusal(Array(images.prefix(length)))
    }
    for length in 0..<packed.count {
      _ = try refusal(Array(packed.prefix(length)))
    }
    #expect(try refusal(Array(packed.dropLast(4))).contains("truncated"))
  }

  @Test("that have more data than declared are rejected")
  func surplus() throws {
    #expect(try refusal(images + [0]).contains("more data"))
    #expect(try refusal(gzipped(images + [0])).contains("more data"))
  }

  @Test("whose gzip checksum is wrong are rejected")
  func checksum() throws {
    var packed = try gzipped(images)
    packed[packed.count - 6] ^= 1
    #expect(try refusal(packed).contains("corrupt"))
  }

  @Test("with unexpected contents are rejected with their kind")
  func mislabeled() throws {
    #expect(try refusal(images, .labels).contains("has images"))
    #expect(try refusal(idx([3], [1, 2, 3])).contains("has labels"))
    #expect(try refusal([0, 0, 0x0D, 3] + images.dropFirst(4)).contains("not an IDX file of bytes"))
    #expect(try refusal(Array("<html>Not found".utf8)).contains("not an IDX file"))
  }

  @Test("that declare enormous, zero or negative numbers of elements are rejected before memory is allocated")
  func announcements() throws {
    #expect(try refusal(idx([.max, .max, .max], [])).contains("declares"))
    #expect(try refusal(idx([60000, 28000, 28], [])).contains("declares"))
    #expect(try refusal(idx([0, 28, 28], [])).contains("empty"))
    #expect(try refusal(idx([28, 0, .max], [])).contains("empty"))
  }

  @Test("that are not files are rejected: absent, a folder, a device")
  func noFiles() throws {
    for path in [folder.path + "/absent", folder.path, "/dev/zero"] {
      let error = try #require(throws: DatasetError.self) { try IDXFile(path: path, contents: .images) }
      #expect(error.description.contains(path))
      #expect(isOneLine(error.description))
    }
  }

  @Test("with any bytes changed are either read or rejected", arguments: [false, true])
  func damage(isGzipped: Bool) throws {
    var generator = PhiloxGenerator(seed: 1, purpose: .testData, index: isGzipped ? 1 : 0)
    let whole = isGzipped ? try gzipped(images) : images
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0...Int(generator.next() % 3) {
        bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      let path = try folder.write(bytes, to: "damaged")
      do {
        let file = try IDXFile(path: path, contents: .images)
        #expect(file.shape.elementCount == file.bytes.byteCount)
      } catch let error as DatasetError {
        #expect(isOneLine(error.description))
      }
    }
  }
}
