import CZlib
import Foundation
import TestSupport
import Testing

/// A committed file that tests read.
func fixture(_ name: String) throws -> URL {
  try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appendingPathComponent(name)
}

/// Bytes as a gzip file holds them.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let file = gzopen("\(folder.path)/bytes.gz", "wb")
  gzwrite(file, bytes, UInt32(bytes.count))
  gzclose(file)
  return [UInt8](try folder.read("bytes.gz"))
}

/// An IDX file of bytes with some dimensions.
func idx(_ extents: [UInt32], _ elements: [UInt8]) -> [UInt8] {
  let header = [0x0000_0800 | UInt32(extents.count)] + extents
  return header.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } } + elements
}

/// Whether a text is one line, which is what an error has to be.
func isOneLine(_ text: String) -> Bool {
  !text.isEmpty && !text.contains { $0.isNewline }
}
