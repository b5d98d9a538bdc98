import Foundation
import ImageFiles
import TestSupport
import Testing

@testable import Datasets

@Suite("Folders of images for a trained network")
struct NetworkClassesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ path: String, count: Int) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path(path), withIntermediateDirectories: true)
    for index in 0..<count {
      let pixels = ImageBytes.noise(20, seed: UInt64(index))
      try folder.write(
        PNGBytes.file(width: 5, height: 4, channels: 1, pixels), to: "\(path)/\(index).png")
    }
  }

  private func open(_ fraction: Double = 1, _ classNames: [String] = []) throws -> ImageFolder {
    try ImageFolder(
      path: folder.path, options: ImageFolder.Options(testFraction: fraction, classNames: classNames))
  }

  @Test("are used for the test as a whole if they are not divided", arguments: ["", "train/"])
  func whole(above: String) throws {
    try write(above + "a", count: 3)
    try write(above + "b", count: 1)
    let data = try open()
    let test = try data.test()
    #expect(test.count == 4 && test.heldOutFraction == nil)
    let error = try #require(throws: DatasetError.self) { try data.training() }
    #expect(error.description.contains("for testing"))
    #expect(try open(0.5).test().heldOutFraction == 0.5)
    #expect(throws: DatasetError.self) { try open(1.5) }
  }

  @Test("with separate test images are tested on those alone")
  func testImages() throws {
    try write("train/a", count: 3)
    try write("test/a", count: 2)
    #expect(try open().test().count == 2)
    #expect(try open().training().count == 3)
  }

  @Test("have the network's classes where names differ in case, spaces, '_' and '-' only")
  func spellings() throws {
    try write("Ankle_Boot", count: 2)
    try write("T-Shirt", count: 1)
    let network = ["t shirt", "bag", "ankle boot"]
    let lines = Lines()
    let data = try ImageFolder(
      path: folder.path,
      options: ImageFolder.Options(testFraction: 1, classNames: network) { lines.add($0) })
    let test = try data.test()
    #expect(test.classNames == network && test.labels.sorted() == [0, 2, 2])
    let shirt = try #require(test.labels.firstIndex(of: 0))
    #expect(test.fileName(at: shirt) == "T-Shirt/0.png")
    #expect(lines.all.count == 1 && lines.all[0].contains("'Ankle_Boot' is 'ankle boot'"))
    for others in [["t shirt", "t-shirt", "ankle boot"], ["t shirt", "bag", "sandal"]] {
      #expect(try open(1, others).test().classNames == ["Ankle_Boot", "T-Shirt"])
    }
    try write("Bags", count: 1)
    let error = try #require(throws: DatasetError.self) { try open(1, network) }
    #expect(error.description.contains("'Bags'") && error.description.contains("t shirt, bag"))
    // Wholly different names may still be the same classes.
    #expect(try open(1, ["0", "1", "2"]).test().classNames == ["Ankle_Boot", "Bags", "T-Shirt"])
  }

  /// Lines that a function has received.
  private final class Lines: Sendable {
    private let lines = Monitor<[String]>([])

    func add(_ line: String) { lines.change { $0.append(line) } }

    var all: [String] { lines.change { $0 } }
  }

  @Test("have the classes in the network's order, if they have no others")
  func classes() throws {
    try write("boot", count: 2)
    try write("bag", count: 1)
    let test = try open(1, ["shirt", "boot", "coat", "bag"]).test()
    #expect(test.classNames == ["shirt", "boot", "coat", "bag"])
    #expect(test.labels.sorted() == [1, 1, 3])
    for index in 0..<3 {
      let name = test.classNames[Int(test.labels[index])]
      #expect(test.fileName(at: index)?.hasPrefix("\(name)/") == true)
    }
    #expect(try open(1, ["boot", "coat", "hat"]).test().classNames == ["bag", "boot"])
    #expect(throws: DatasetError.self) { try open(1, ["boot", "coat"]) }
    #expect(try open(0.5, ["boot", "bag", "coat"]).training().classNames == ["boot", "bag", "coat"])
  }

  @Test("have their files turned upright, in batches too", arguments: 1...8)
  func orientation(number: Int) throws {
    // 2×3: the stored pixels of an image whose rows are 1 2 3 and 4 5 6, and how wide they are stored.
    let stored: (width: Int, pixels: [UInt8]) =
      switch number {
      case 2: (3, [3, 2, 1, 6, 5, 4])
      case 3: (3, [6, 5, 4, 3, 2, 1])
      case 4: (3, [4, 5, 6, 1, 2, 3])
      case 5: (2, [1, 4, 2, 5, 3, 6])
      case 6: (2, [3, 6, 2, 5, 1, 4])
      case 7: (2, [6, 3, 5, 2, 4, 1])
      case 8: (2, [4, 1, 5, 2, 6, 3])
      default: (3, [1, 2, 3, 4, 5, 6])
      }
    try FileManager.default.createDirectory(atPath: folder.path("a"), withIntermediateDirectories: true)
    let file = PNGBytes.file(width: stored.width, height: 6 / stored.width, channels: 1, stored.pixels)
    try folder.write(file[..<33] + PNGBytes.orientation(number) + file[33...], to: "a/it.png")
    let test = try open().test()
    #expect(test.size(at: 0) == PixelSize(height: 2, width: 3))
    #expect(try test.image(at: 0) == [1, 2, 3, 4, 5, 6])
    let loader = try BatchLoader(
      images: test, size: PixelSize(height: 2, width: 3), batchSize: 1, order: [0], threads: 1)
    #expect(try loader.next().map { Array($0.images) } == [1, 2, 3, 4, 5, 6])
  }
}
