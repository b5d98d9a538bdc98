import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("CIFAR")
struct CIFARTests {
  private let folder: TemporaryFolder
  private let names = "airplane automobile bird cat deer dog frog horse ship truck".split(separator: " ")

  init() throws {
    folder = try TemporaryFolder()
    for (index, file) in (CIFAR.ten(directory: "").trainingNames + ["test_batch.bin"]).enumerated() {
      try folder.write(Self.records([[UInt8(index)], [9]]), to: file)
    }
    try folder.write((names.joined(separator: "\n") + "\n\n").utf8, to: "batches.meta.txt")
  }

  /// Records whose data count on from the first label.
  private static func records(_ labels: [[UInt8]]) -> [UInt8] {
    labels.flatMap { $0 + data(from: Int($0[0])) }
  }

  private static func data(from start: Int) -> [UInt8] {
    (0..<3072).map { UInt8(truncatingIfNeeded: $0 + start) }
  }

  private func refusal(_ path: String? = nil) throws -> String {
    let error = try #require(throws: DatasetError.self) {
      let data = try DatasetFolder.open(path ?? folder.path)
      _ = try data.test()
      _ = try data.training()
    }
    #expect(isOneLine(error.description))
    #expect(error.description.contains(folder.path))
    return error.description
  }

  @Test("10 is read from its five files in order, as RGB planes")
  func ten() throws {
    let data = try DatasetFolder.open(folder.path)
    let training = try data.training()
    #expect((training.count, training.channels, training.size) == (10, 3, PixelSize(square: 32)))
    #expect(training.labels == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9])
    #expect(training.classNames == names.map(String.init))
    #expect(try training.image(at: 4) == Self.data(from: 2))
    let test = try data.test()
    #expect(test.labels == [5, 9])
    #expect(try data.test(first: 1).labels == [5])
    #expect(try data.test(first: 1).image(at: 0) == test.image(at: 0))
  }

  @Test("100 has the fine labels")
  func hundred() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.records([[3, 99], [0, 7]]), to: "train.bin")
    try folder.write(Self.records([[1, 2]]), to: "test.bin")
    try folder.write((0..<100).map { "name\($0)\n" }.joined().utf8, to: "fine_label_names.txt")
    let data = try DatasetFolder.open(folder.path)
    let training = try data.training()
    #expect(training.labels == [99, 7])
    #expect(training.classNames[99] == "name99")
    #expect(try training.image(at: 0) == Self.data(from: 3))
    #expect(try data.test().labels == [2])
  }

  @Test("in files that are truncated, empty, missing or mislabeled is rejected, and the line says which")
  func damage() throws {
    let good = Self.records([[1], [2]])
    for bytes in [Array(good.dropLast(1)), Array(good.prefix(1)), [], good + [0]] {
      try folder.write(bytes, to: "data_batch_3.bin")
      #expect(try refusal().contains("data_batch_3.bin"))
    }
    try folder.write(Self.records([[1], [10]]), to: "data_batch_3.bin")
    #expect(try refusal().contains("has the label 10 in record 1; with 10 classes, labels are 0 to 9"))
    try folder.write(good, to: "data_batch_3.bin")
    try folder.write("cat\ndog\n".utf8, to: "batches.meta.txt")
    #expect(try refusal().contains("2 names"))
    try folder.write([UInt8](repeating: 0x61, count: 1 << 17), to: "batches.meta.txt")
    #expect(try refusal().contains("too large"))
    try folder.write([0xFF, 0x0A], to: "batches.meta.txt")
    #expect(try refusal().contains("UTF-8"))
    unlink(folder.path("batches.meta.txt"))
    unlink(folder.path("test_batch.bin"))
    #expect(try refusal().contains("test_batch.bin"))
  }

  @Test("gives all images of a part of a folder, which a selection of them is not")
  func source() throws {
    let data = try DatasetFolder.open(folder.path)
    let (training, test) = (try data.training(), try data.test())
    #expect(training.source == ImageSource(folder: folder.path, part: .training))
    #expect(test.source == ImageSource(folder: folder.path, part: .test))
    #expect(training.prefix(1).source == nil && training.selecting([0]).source == nil)
    #expect(try data.test(first: 1).source == nil)
  }

  @Test("has the known names of its classes in folders without them")
  func knownNames() throws {
    unlink(folder.path("batches.meta.txt"))
    #expect(try DatasetFolder.open(folder.path).training().classNames == names.map(String.init))
    let hundred = try TemporaryFolder()
    try hundred.write(Self.records([[0, 99]]), to: "train.bin")
    let fine = try DatasetFolder.open(hundred.path).training().classNames
    #expect(fine.count == 100 && Set(fine).count == 100 && fine == fine.sorted())
    #expect((fine[0], fine[99]) == ("apple", "worm"))
  }

  @Test("pickled for Python or in an archive is rejected, and the line says what works")
  func otherForms() throws {
    for (name, part) in [
      ("data_batch_1", "cifar-10-binary.tar.gz"), ("cifar-10-binary.tar.gz", "unpack"),
      ("cifar-10-python.tar.gz", "-binary.tar.gz"),
    ] {
      let folder = try TemporaryFolder()
      let file = try folder.write([0x80, 2], to: name)
      for path in name.hasSuffix(".gz") ? [folder.path, file] : [folder.path] {
        let error = try #require(throws: DatasetError.self) { try DatasetFolder.open(path) }
        #expect(error.description.contains(part))
        #expect(isOneLine(error.description))
      }
    }
  }
}
