import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("MNIST and similar data sets")
struct MNISTTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(
    _ above: String = ".", _ part: String = "t10k", separator: String = "-", labels: [UInt8] = [3, 0, 9],
    size: (UInt32, UInt32) = (28, 28)
  ) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path(above), withIntermediateDirectories: true)
    let count = UInt32(labels.count)
    let pixels = ImageBytes.noise(Int(count * size.0 * size.1), seed: 1)
    try folder.write(
      idx([count, size.0, size.1], pixels), to: "\(above)/\(part)-images\(separator)idx3-ubyte")
    try folder.write(
      gzipped(idx([count], labels)), to: "\(above)/\(part)-labels\(separator)idx1-ubyte.gz")
  }

  private func names(_ path: String) throws -> [String] {
    try DatasetFolder.open(folder.path(path)).test().classNames
  }

  @Test("have digits as classes, unless the folder is named after another set")
  func classNames() throws {
    let digits = (0..<10).map(String.init)
    for path in ["mnist", "x/raw", "KMNIST/raw", "my-kmnist", "FashionMNIST/raw"] { try write(path) }
    #expect(try names("mnist") == digits)
    #expect(try names("x/raw") == digits)
    #expect(try names("KMNIST/raw") == MNIST.hiragana)
    #expect(try names("my-kmnist") == MNIST.hiragana)
    #expect(try names("FashionMNIST/raw") == FashionMNIST.classNames)
  }

  @Test(
    "are Fashion-MNIST by their labels, whatever the folder's name",
    .enabled("needs the package dataset-fashion-mnist") {
      FileManager.default.fileExists(atPath: FashionMNIST.debianDirectory)
    })
  func fashion() throws {
    symlink(
      FashionMNIST.debianDirectory + "/t10k-images-idx3-ubyte.gz", folder.path("t10k-images-idx3-ubyte.gz"))
    symlink(
      FashionMNIST.debianDirectory + "/t10k-labels-idx1-ubyte.gz", folder.path("t10k-labels-idx1-ubyte.gz"))
    let data = try DatasetFolder.open(folder.path)
    #expect(try data.test(first: 2).classNames == FashionMNIST.classNames)
    #expect(try data.test(first: 2).labels == [9, 2])
  }

  @Test("may have another size, and a dot in the names")
  func spelling() throws {
    try write(separator: ".", size: (5, 7))
    let test = try DatasetFolder.open(folder.path).test()
    #expect(test.size == PixelSize(height: 5, width: 7))
    #expect(test.labels == [3, 0, 9])
    #expect(try DatasetFolder.open(folder.path).test(first: 2).labels == [3, 0])
  }

  @Test("with a missing file or labels that do not fit are rejected")
  func refusals() throws {
    try write()
    let data = try DatasetFolder.open(folder.path)
    var error = try #require(throws: DatasetError.self) { try data.training() }
    #expect(error.description.contains("train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz"))
    #expect(
      error
        == .incomplete(
          path: folder.path, missing: ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]))
    try write(labels: [1, 10])
    error = try #require(throws: DatasetError.self) { try data.test() }
    #expect(error.description.contains("image 1 has the label 10; with 10 classes, labels are 0 to 9"))
    try folder.write(gzipped(idx([3], [1, 2, 3])), to: "t10k-labels-idx1-ubyte.gz")
    error = try #require(throws: DatasetError.self) { try data.test() }
    #expect(error.description.contains("2 images and 3 labels"))
    #expect(isOneLine(error.description))
  }
}

@Suite("EMNIST")
struct EMNISTTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ split: String, _ part: String = "test", labels: [UInt8], side: UInt32 = 28) throws {
    let count = UInt32(labels.count)
    let pixels = ImageBytes.noise(Int(count * side * side), seed: 1)
    try folder.write(
      gzipped(idx([count, side, side], pixels)), to: "emnist-\(split)-\(part)-images-idx3-ubyte.gz")
    try folder.write(idx([count], labels), to: "emnist-\(split)-\(part)-labels-idx1-ubyte")
  }

  private func refusal(_ path: String? = nil) throws -> String {
    let error = try #require(throws: DatasetError.self) {
      try DatasetFolder.open(path ?? folder.path).test()
    }
    #expect(isOneLine(error.description))
    return error.description
  }

  @Test("is turned upright: rows and columns are exchanged")
  func upright() throws {
    try write("digits", labels: [1, 2])
    let image = try DatasetFolder.open(folder.path).test().image(at: 1)
    let stored = ImageBytes.noise(2 * 784, seed: 1)[784...]
    for (row, column) in [(0, 0), (0, 5), (27, 3), (12, 13)] {
      #expect(image[row * 28 + column] == stored[784 + column * 28 + row])
    }
  }

  @Test("counts the letters from 0, and calls them by both their forms")
  func letters() throws {
    try write("letters", labels: [1, 26])
    let test = try DatasetFolder.open(folder.path).test()
    #expect(test.labels == [0, 25])
    #expect(test.classNames.count == 26)
    #expect((test.classNames[0], test.classNames[25]) == ("Aa", "Zz"))
    try write("letters", labels: [1, 0])
    #expect(try refusal().contains("has the label 0 for image 1"))
  }

  @Test(
    "has as many classes as its split",
    arguments: [
      ("byclass", 62), ("bymerge", 47), ("balanced", 47), ("letters", 26), ("digits", 10), ("mnist", 10),
    ])
  func classes(split: String, count: Int) throws {
    try write(split, labels: [UInt8(split == "letters" ? count : count - 1)])
    let test = try DatasetFolder.open(folder.path).test()
    #expect(Set(test.classNames).count == count)
    #expect(test.labels == [Int32(count - 1)])
  }

  @Test("takes the classes' names from the mapping, and rejects an invalid one")
  func mapping() throws {
    try write("digits", labels: [1])
    let lines = (0..<10).map { "\($0) \(0x2460 + $0)" }
    try folder.write(lines.joined(separator: "\r\n").utf8, to: "emnist-digits-mapping.txt")
    #expect(try DatasetFolder.open(folder.path).test().classNames[2] == "③")
    for bad in ["7 10", "7", "8 65", "7 x", "7 -1", "7 1114112", "7 55296"] {
      let text = lines.map { $0.hasPrefix("7") ? bad : $0 }.joined(separator: "\n")
      try folder.write(text.utf8, to: "emnist-digits-mapping.txt")
      #expect(try refusal().contains("line 8"), "\(bad)")
    }
    try folder.write(lines.dropLast().joined(separator: "\n").utf8, to: "emnist-digits-mapping.txt")
    #expect(try refusal().contains("9 lines"))
  }

  @Test("with several splits needs one to be named by the end of the path")
  func splits() throws {
    try write("letters", labels: [1])
    try write("digits", labels: [4])
    #expect(try refusal().contains("letters, digits"))
    #expect(try refusal().contains(folder.path + "/emnist-letters"))
    #expect(try DatasetFolder.open(folder.path("emnist-letters")).test().classNames.count == 26)
    #expect(try DatasetFolder.open(folder.path("emnist-digits/")).test().labels == [4])
    let source = try DatasetFolder.open(folder.path("emnist-digits/")).test().source
    #expect(source == ImageSource(folder: folder.path("emnist-digits"), part: .test))
    #expect(try refusal(folder.path("emnist-balanced")).contains("does not exist"))
    let choice = try #require(throws: DatasetError.self) { try DatasetFolder.open(folder.path) }
    guard case .ambiguous(folder.path, let choices, _) = choice else {
      Issue.record("\(choice)")
      return
    }
    #expect(choices == ["emnist-letters", "emnist-digits"].map(folder.path))
    let error = try #require(throws: DatasetError.self) {
      try DatasetFolder.open(folder.path("emnist-digits")).training()
    }
    #expect(error.description.contains("emnist-digits-train-images-idx3-ubyte.gz"))
  }
}

@Suite("Folders of unknown data")
struct DatasetFolderTests {
  @Test("are rejected with their contents and the supported data sets")
  func unknown() throws {
    let folder = try TemporaryFolder()
    for (name, part) in [
      (".", "is empty"), ("absent", "does not exist"), ("a.txt", "not a folder"), (".", "a.txt"),
    ] {
      let error = try #require(throws: DatasetError.self) { try DatasetFolder.open(folder.path(name)) }
      #expect(isOneLine(error.description))
      #expect(error.description.contains(part))
      if name == "absent" { try folder.write([1], to: "a.txt") }
    }
    let error = try #require(throws: DatasetError.self) { try DatasetFolder.open("/dev/null") }
    #expect(error.description.contains("/dev/null"))
  }
}
