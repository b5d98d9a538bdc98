import Foundation
import TestSupport
import Testing

extension CommandTests {
  @Suite("An invalid data set")
  struct DataFileTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      try UntrainedNetwork.write(to: "net", in: folder)
    }

    private func evaluate() throws -> NinProcess.Run {
      try nin(
        "evaluate", "--data", "data", "--backend", TestedBackends.fastest, "--checkpoint", "net",
        "--limit-test",
        "2", in: folder)
    }

    @Test("is found gzipped or not")
    func packed() throws {
      let plain = try evaluate()
      expectSuccess(plain)
      for name in TinyDataset.names {
        try folder.write(gzipped(folder.read("data/\(name)")), to: "data/\(name).gz")
        try FileManager.default.removeItem(atPath: folder.path("data/\(name)"))
      }
      let packed = try evaluate()
      expectSuccess(packed)
      #expect(packed.output.split(separator: "\n").first == plain.output.split(separator: "\n").first)
    }

    @Test("is a truncated, corrupt or mislabeled file")
    func badFiles() throws {
      let images = TinyDataset.images(24)
      let packed = try gzipped(images)
      var corrupt = packed
      corrupt[packed.count / 2] ^= 0xFF
      for bytes in [
        packed.prefix(packed.count / 2), packed.dropLast(4), corrupt, Data(), images.dropLast(1),
        images + Data([1]), TinyDataset.labels(24), Data("<html>".utf8), images.prefix(5),
        Data([0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12)),
      ] {
        try folder.write(bytes, to: "data/t10k-images-idx3-ubyte.gz")
        expectFailure(try evaluate(), naming: "data/t10k-images-idx3-ubyte.gz")
      }
    }

    @Test("has labels that do not fit")
    func badLabels() throws {
      var labels = TinyDataset.labels(24)
      labels[20] = 10
      for bytes in [TinyDataset.labels(23), labels, TinyDataset.images(1)] {
        try folder.write(bytes, to: "data/t10k-labels-idx1-ubyte")
        expectFailure(try evaluate(), naming: "data/t10k-labels-idx1-ubyte")
      }
    }

    @Test("is missing")
    func absent() throws {
      try FileManager.default.removeItem(atPath: folder.path("data/t10k-labels-idx1-ubyte"))
      expectFailure(try evaluate(), naming: "data", "t10k-labels-idx1-ubyte", "nin data fetch")
      try FileManager.default.removeItem(atPath: folder.path("data"))
      expectFailure(try evaluate(), naming: "data", "does not exist")
    }
  }
}
