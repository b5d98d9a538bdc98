import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("The search for data sets")
struct DatasetSearchTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ above: String, separator: String = "-") throws {
    try FileManager.default.createDirectory(atPath: folder.path(above), withIntermediateDirectories: true)
    let pixels = ImageBytes.noise(784, seed: 1)
    try folder.write(idx([1, 28, 28], pixels), to: "\(above)/t10k-images\(separator)idx3-ubyte")
    try folder.write(idx([1], [4]), to: "\(above)/t10k-labels\(separator)idx1-ubyte")
  }

  private func refusal(_ path: String) throws -> String {
    let error = try #require(throws: DatasetError.self) { try DatasetFolder.open(path).test() }
    #expect(isOneLine(error.description))
    return error.description
  }

  @Test("torchvision's root, its data set's folder and raw all lead to the files", arguments: ["-", "."])
  func torchvision(separator: String) throws {
    try write("root/FashionMNIST/raw", separator: separator)
    for path in ["root", "root/FashionMNIST", "root/FashionMNIST/raw", "root/"] {
      let test = try DatasetFolder.open(folder.path(path)).test()
      #expect(test.classNames == FashionMNIST.classNames && test.labels == [4])
    }
    try write("root/KMNIST/raw")
    #expect(try DatasetFolder.open(folder.path("root/KMNIST")).test().classNames == MNIST.hiragana)
    let refusal = try refusal(folder.path("root"))
    #expect(
      refusal.contains(folder.path("root/FashionMNIST")) && refusal.contains(folder.path("root/KMNIST")))
  }

  @Test("a folder above a data set names the data set, and folders of other formats name a file")
  func hints() throws {
    try write("above/fashion")
    #expect(try refusal(folder.path("above")).hasSuffix("give \(folder.path("above/fashion"))"))
    for (root, file) in [("photos", "images/cat/1.png"), ("photos2", "images/train/cat/1.jpg")] {
      let path = folder.path("\(root)/\(file)")
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try folder.write([1], to: "\(root)/\(file)")
      #expect(try refusal(folder.path(root)).hasSuffix("give \(folder.path("\(root)/images"))"))
    }
    for name in ["empty", "webp/cat", "webp/dog"] {
      try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    }
    try folder.write([1], to: "webp/dog/1.webp")
    let webp = try refusal(folder.path("webp"))
    #expect(webp.contains(folder.path("webp/dog/1.webp")) && webp.contains("convert"))
    #expect(try refusal(folder.path("empty")).contains("it is empty; supported: "))
    let nested = folder.path("nested/train/cat/2024")
    try FileManager.default.createDirectory(atPath: nested, withIntermediateDirectories: true)
    try folder.write([1], to: "nested/train/cat/2024/1.png")
    #expect(try refusal(folder.path("nested")).hasSuffix("folders within a class such as \(nested)"))
    #expect(try refusal("").contains("the path of the data is empty"))
  }

  @Test("a folder that cannot be reached is not called absent")
  func unreachable() throws {
    try #require(symlink("loop", folder.path("loop")) == 0)
    let refusal = try refusal(folder.path("loop"))
    #expect(refusal.contains("cannot be read") && !refusal.contains("does not exist"))
    let error = try #require(throws: DatasetError.self) {
      try FashionMNIST(directory: folder.path("loop")).test()
    }
    #expect(error.description.contains("cannot be read") && !error.description.contains("does not exist"))
  }

  /// Root can read every folder.
  @Test(
    "a folder without permission is not called absent", .enabled(if: getuid() != 0), arguments: [0, 0o444])
  func closed(permissions: Int) throws {
    try write("root/closed")
    let closed = folder.path("root/closed")
    defer { chmod(closed, 0o700) }
    chmod(closed, mode_t(permissions))
    #expect(try refusal(closed).contains("Permission denied"))
    let error = try #require(throws: DatasetError.self) { try FashionMNIST(directory: closed).test() }
    #expect(error.description.contains("Permission denied"))
    chmod(closed, 0o700)
    chmod(folder.path("root"), 0)
    defer { chmod(folder.path("root"), 0o700) }
    #expect(try refusal(closed).contains("Permission denied"))
  }

  @Test("names that are not UTF-8 look different from each other")
  func names() {
    let names = [0xE8, 0xE9].map { FileName(bytes: [0x61, CChar(bitPattern: $0)]) }
    #expect(names.map(\.description) == ["a\\xE8", "a\\xE9"])
    #expect(FileName("é").description == "é")
  }
}
