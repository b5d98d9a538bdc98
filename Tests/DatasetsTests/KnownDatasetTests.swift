import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Data sets that are known by their checksums")
struct KnownDatasetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Made-up labels whose file has the same checksum as a real one: any CRC-32 can be reached by setting 32 bits.
  private static func labels(_ count: Int, bits: UInt64) -> [UInt8] {
    (0..<count).map { $0 < 64 ? UInt8(bits >> $0 & 1) : 0 }
  }

  private static let ofMNIST = labels(10000, bits: 0x93DA_7600)
  private static let ofFashionMNIST = labels(10000, bits: 0xEF2B_0EA2)

  private func write(_ name: String, labels: [UInt8], packed: Bool = true) throws {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    let pixels = ImageBytes.noise(2 * 784, seed: 1)
    try folder.write(gzipped(idx([2, 28, 28], pixels)), to: "\(name)/t10k-images-idx3-ubyte.gz")
    let file = idx([UInt32(labels.count)], labels)
    try folder.write(
      packed ? gzipped(file) : file, to: "\(name)/t10k-labels-idx1-ubyte\(packed ? ".gz" : "")")
  }

  @Test("have their own classes, whatever the folder's name, gzipped or not", arguments: [true, false])
  func classes(packed: Bool) throws {
    let digits = (0..<10).map(String.init)
    for name in ["a/fashion-mnist", "a/kmnist", "a/b"] {
      try write(name, labels: Self.ofMNIST, packed: packed)
      #expect(try DatasetFolder.open(folder.path(name)).test(first: 2).classNames == digits)
      try write(name, labels: Self.ofFashionMNIST, packed: packed)
      #expect(try DatasetFolder.open(folder.path(name)).test(first: 2).classNames == FashionMNIST.classNames)
    }
  }

  @Test("are reported if the folder is named after another set")
  func report() throws {
    for (name, labels, count) in [
      ("my-fashion", Self.ofMNIST, 1), ("my-fashion", Self.ofFashionMNIST, 0), ("kmnist", Self.ofMNIST, 1),
      ("mine", Self.ofFashionMNIST, 0), ("my-fashion", [3], 0),
    ] {
      try write(name, labels: labels + (labels.count == 1 ? [4] : []))
      let lines = Monitor<[String]>([])
      let options = ImageFolder.Options(report: { line in lines.change { $0.append(line) } })
      _ = try DatasetFolder.open(folder.path(name), options: options).test(first: 2)
      let reported = lines.change { $0 }
      #expect(
        reported.count == count && reported.allSatisfy { $0.contains("belongs to MNIST") && isOneLine($0) })
    }
  }

  @Test("are not accepted as Fashion-MNIST")
  func otherDataset() throws {
    try write("fashion", labels: Self.ofMNIST)
    let error = try #require(throws: DatasetError.self) {
      try FashionMNIST(directory: folder.path("fashion")).test(first: 2)
    }
    #expect(isOneLine(error.description))
    #expect(error.description.contains("t10k-labels-idx1-ubyte.gz belongs to MNIST"))
    guard case .otherDataset(_, "MNIST") = error else {
      Issue.record("\(error)")
      return
    }
    try write("fashion", labels: Self.ofFashionMNIST)
    #expect(try FashionMNIST(directory: folder.path("fashion")).test(first: 2).count == 2)
  }

  @Test("are recognized by the checksum that gzip stores; images and labels have to be of one set")
  func mixture() throws {
    // Only the trailer is looked at: the checksum and the size, both little-endian.
    let packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xDF, 0x3B, 0x37, 0x91, 0x10, 0xA1, 0x77, 0]
    let path = try folder.write(packed, to: "t10k-images-idx3-ubyte.gz")
    #expect(GzipReader.storedChecksum(of: path) == 0x9137_3BDF)
    #expect(KnownDataset(packedImages: path) == .mnist)
    try folder.write(gzipped(idx([10000], Self.ofFashionMNIST)), to: "t10k-labels-idx1-ubyte.gz")
    let pair = try #require(IDXPair(IDXPair.Names(prefix: "t10k"), in: folder.path))
    let error = try #require(throws: DatasetError.self) { try pair.requireOneDataset(Self.ofFashionMNIST) }
    #expect(
      error.description.contains("images of MNIST") && error.description.contains("labels of Fashion-MNIST"))
    try pair.requireOneDataset(Self.ofMNIST)
    for bytes in [Array(packed.dropFirst()), Array(packed.prefix(5)), []] {
      try folder.write(bytes, to: "t10k-images-idx3-ubyte.gz")
      #expect(KnownDataset(packedImages: path) == nil)
    }
  }
}
