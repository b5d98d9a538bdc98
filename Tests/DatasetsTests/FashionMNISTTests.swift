import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Fashion-MNIST")
struct FashionMNISTTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(images: [UInt32] = [3, 28, 28], labels: [UInt8] = [9, 0, 4]) throws {
    let pixels = (0..<images.reduce(1) { $0 * Int($1) }).map { UInt8(truncatingIfNeeded: $0) }
    try folder.write(gzipped(idx(images, pixels)), to: "t10k-images-idx3-ubyte.gz")
    try folder.write(idx([UInt32(labels.count)], labels), to: "t10k-labels-idx1-ubyte")
  }

  private func refusal() throws -> String {
    let data = FashionMNIST(directory: folder.path)
    let error = try #require(throws: DatasetError.self) { try data.test() }
    #expect(isOneLine(error.description))
    #expect(error.description.contains(folder.path))
    return error.description
  }

  @Test("is read from gzipped and plain files side by side")
  func reading() throws {
    try write()
    let images = try FashionMNIST(directory: folder.path).test()
    #expect((images.count, images.channels, images.size) == (3, 1, PixelSize(square: 28)))
    #expect(images.labels == [9, 0, 4])
    #expect(images.classNames[9] == "ankle boot")
    #expect(try images.image(at: 1) == (784..<1568).map { UInt8(truncatingIfNeeded: $0) })
  }

  @Test("its first images are read without the others, and no more than there are")
  func firstImages() throws {
    try write()
    let data = FashionMNIST(directory: folder.path)
    let whole = try data.test()
    let two = try data.test(first: 2)
    #expect(two.count == 2)
    #expect(two.labels == [9, 0])
    #expect(try two.image(at: 1) == whole.image(at: 1))
    #expect(try data.test(first: 100).labels == whole.labels)
  }

  @Test("is taken from the first folder that has the requested part")
  func order() throws {
    try write()
    let empty = try TemporaryFolder()
    let data = FashionMNIST(directories: [empty.path, folder.path])
    #expect(try data.locate(.test).images == folder.path + "/t10k-images-idx3-ubyte.gz")
    let error = try #require(throws: DatasetError.self) { try data.training() }
    #expect(isOneLine(error.description))
    for part in [
      empty.path, folder.path, "train-images-idx3-ubyte.gz", "dataset-fashion-mnist",
    ] {
      #expect(error.description.contains(part))
    }
    guard case .notInstalled([empty.path, folder.path], _) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("is only searched in the folder of --data, otherwise in the cache and in Debian's folder")
  func folders() {
    let debian = "/usr/share/datasets/fashion-mnist"
    #expect(FashionMNIST(directory: "there", environment: ["HOME": "/home/me"]).directories == ["there"])
    #expect(
      FashionMNIST(environment: ["HOME": "/home/me"]).directories
        == ["/home/me/.cache/nin/fashion-mnist", debian])
    #expect(
      FashionMNIST(environment: ["HOME": "/home/me", "XDG_CACHE_HOME": "/cache"]).directories
        == ["/cache/nin/fashion-mnist", debian])
    #expect(
      FashionMNIST(environment: ["HOME": "/home/me", "XDG_CACHE_HOME": "relative"]).directories
        == ["/home/me/.cache/nin/fashion-mnist", debian])
    #expect(FashionMNIST(environment: [:]).directories == [debian])
  }

  @Test("with another number of labels than images is rejected")
  func counts() throws {
    try write(labels: [1, 2])
    #expect(try refusal().contains("3 images and 2 labels"))
  }

  @Test("with a label that is not a class is rejected")
  func labelRange() throws {
    try write(labels: [1, 10, 2])
    #expect(try refusal().contains("image 1 has the label 10"))
  }

  @Test("with images of another size is rejected")
  func size() throws {
    try write(images: [3, 28, 27])
    #expect(try refusal().contains("28×27"))
  }

  @Test("with the names of images and labels exchanged is rejected")
  func exchanged() throws {
    try write()
    let images = try folder.read("t10k-images-idx3-ubyte.gz")
    try folder.write(folder.read("t10k-labels-idx1-ubyte"), to: "t10k-images-idx3-ubyte.gz")
    try folder.write(images, to: "t10k-labels-idx1-ubyte.gz")
    #expect(try refusal().contains("renamed by mistake"))
  }

  @Test(
    "from Debian's package is complete: 60,000 and 10,000 images, equally many of each class",
    .enabled("needs the package dataset-fashion-mnist") {
      FileManager.default.fileExists(atPath: FashionMNIST.debianDirectory)
    })
  func debian() throws {
    let data = FashionMNIST(directory: FashionMNIST.debianDirectory)
    for (images, count) in [(try data.training(), 60000), (try data.test(), 10000)] {
      #expect((images.count, images.channels, images.size) == (count, 1, PixelSize(square: 28)))
      for label in 0..<10 {
        #expect(images.labels.count { $0 == label } == count / 10)
      }
    }
    #expect(Array(try data.test().labels.prefix(4)) == [9, 2, 1, 1])
  }
}
