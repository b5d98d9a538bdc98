import Foundation
import TestSupport

/// A data set in Fashion-MNIST's form, small and random, so that the tests need no real one.
struct TinyDataset {
  let trainingCount: Int
  let testCount: Int

  init(trainingCount: Int = 64, testCount: Int = 24) {
    self.trainingCount = trainingCount
    self.testCount = testCount
  }

  static let names = [
    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
  ]

  /// Writes its four files to a new folder.
  func write(to name: String, in folder: TemporaryFolder) throws {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    for (part, count) in [("train", trainingCount), ("t10k", testCount)] {
      try folder.write(Self.images(count), to: "\(name)/\(part)-images-idx3-ubyte")
      try folder.write(Self.labels(count), to: "\(name)/\(part)-labels-idx1-ubyte")
    }
  }

  /// The bytes of a file of images.
  static func images(_ count: Int) -> Data {
    var noise = UInt32(truncatingIfNeeded: count)
    let pixels = (0..<count * 28 * 28).map { _ in
      noise = noise &* 1_664_525 &+ 1_013_904_223
      return UInt8(noise >> 24)
    }
    return header(rank: 3, [count, 28, 28]) + Data(pixels)
  }

  /// The bytes of a file of labels.
  static func labels(_ count: Int) -> Data {
    header(rank: 1, [count]) + Data((0..<count).map { UInt8($0 * 7 % 10) })
  }

  private static func header(rank: UInt8, _ extents: [Int]) -> Data {
    let words = extents.flatMap { extent in (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) }
    }
    return Data([0, 0, 8, rank] + words)
  }
}

/// Packs bytes with the system's gzip.
func gzipped(_ bytes: Data) throws -> Data {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-c"]
  let input = Pipe()
  let output = Pipe()
  process.standardInput = input
  process.standardOutput = output
  try process.run()
  // A few kilobytes, which the pipe holds.
  try input.fileHandleForWriting.write(contentsOf: bytes)
  try input.fileHandleForWriting.close()
  return try output.fileHandleForReading.readToEnd() ?? Data()
}
