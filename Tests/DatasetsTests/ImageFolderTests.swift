import Foundation
import ImageFiles
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite("Folders of images")
struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes some images of a class, PNG and JPEG in turn, each of another size.
  private func write(_ path: String, count: Int, gray: Bool = false) throws {
    try makeFolder(path)
    for index in 0..<count {
      let (width, height) = (5 + index % 3, 4 + index % 5)
      let seed = UInt64(path.utf8.reduce(index) { $0 &* 31 &+ Int($1) } & 0xFFFF)
      if gray || index % 2 == 0 {
        let channels = gray ? 1 : 3
        let pixels = ImageBytes.noise(width * height * channels, seed: seed)
        let file = PNGBytes.file(width: width, height: height, channels: channels, pixels)
        try folder.write(file, to: "\(path)/\(index).png")
      } else {
        try folder.write(
          ImageBytes.jpeg(width: width, height: height, seed: seed), to: "\(path)/\(index).JPeG")
      }
    }
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path(path), withIntermediateDirectories: true)
  }

  private func refusal(_ body: (ImageFolder) throws -> LabeledImages = { try $0.training() }) throws
    -> String
  {
    let error = try #require(throws: DatasetError.self) { try body(ImageFolder(path: folder.path)) }
    #expect(isOneLine(error.description))
    #expect(error.description.contains(folder.path))
    return error.description
  }

  private func names(_ images: LabeledImages) -> [String] {
    (0..<images.count).compactMap(images.fileName)
  }

  @Test("have a class for each folder, ordered by name, and images with all classes in proportion")
  func parts() throws {
    try write("train/b", count: 4)
    try write("train/a", count: 2)
    try write("test/b", count: 1)
    let data = try ImageFolder(path: folder.path)
    #expect(data.classNames == ["a", "b"])
    let training = try data.training()
    #expect(training.channels == 3 && training.areFiles && training.size == nil)
    #expect(names(training) == ["b/0.png", "a/0.png", "b/1.JPeG", "b/2.png", "a/1.JPeG", "b/3.JPeG"])
    #expect(training.labels == [1, 0, 1, 1, 0, 1])
    let test = try data.test()
    #expect(test.labels == [1])
    #expect(test.classNames == ["a", "b"])
  }

  @Test("have the pixels of their files, as gray and as RGB")
  func pixels() throws {
    try write("train/a", count: 3)
    try write("val/a", count: 1)
    for channels in [1, 3] {
      let images = try ImageFolder(path: folder.path, options: ImageFolder.Options(channels: channels))
        .training()
      #expect(images.channels == channels)
      for index in 0..<3 {
        let path = folder.path("train/") + (images.fileName(at: index) ?? "")
        let decoded = try ImageFile.decode(path: path, channels: channels)
        #expect(try images.image(at: index) == decoded.pixels)
        #expect(images.size(at: index) == PixelSize(height: decoded.height, width: decoded.width))
      }
    }
  }

  @Test("are RGB if any file stores colors, in either part, otherwise gray")
  func channels() throws {
    try write("train/a", count: 2, gray: true)
    try write("test/a", count: 1, gray: true)
    #expect(try ImageFolder(path: folder.path).training().channels == 1)
    #expect(try ImageFolder(path: folder.path).test().channels == 1)
    try folder.write(ImageBytes.jpeg(width: 4, height: 4, seed: 1), to: "test/a/c.jpg")
    #expect(try ImageFolder(path: folder.path).training().channels == 3)
  }

  @Test("give batches of decoded and resized files, the same on any number of threads", arguments: [1, 2, 5])
  func batches(threads: Int) throws {
    try write("train/a", count: 23)
    try write("train/b", count: 9)
    try write("test/a", count: 1)
    let images = try ImageFolder(path: folder.path).training()
    let size = PixelSize(height: 6, width: 7)
    let order = Shuffle.order(count: images.count, seed: 1, epoch: 0)
    let loader = try BatchLoader(images: images, size: size, batchSize: 20, order: order, threads: threads)
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    while let batch = try loader.next() {
      #expect(batch.shape == [batch.count, 3, 6, 7])
      pixels += batch.images
      labels += batch.labels
    }
    #expect(labels == order.map { images.labels[$0] })
    let expected = try order.flatMap { index in
      let decoded = try ImageFile.decode(
        path: folder.path("train/") + (images.fileName(at: index) ?? ""), channels: 3)
      let source = PixelSize(height: decoded.height, width: decoded.width)
      return try BilinearResize(from: source, to: size, channels: 3).resized(decoded.pixels)
    }
    #expect(pixels == expected)
  }

  @Test(
    "of classes alone, or with train alone, are divided by class, always alike", arguments: ["", "train/"])
  func division(above: String) throws {
    try write(above + "a", count: 10)
    try write(above + "b", count: 5)
    try write(above + "c", count: 1)
    let data = try ImageFolder(path: folder.path)
    let (training, test) = (try data.training(), try data.test())
    #expect((0..<3).map { label in training.labels.count { $0 == label } } == [8, 4, 1])
    #expect((0..<3).map { label in test.labels.count { $0 == label } } == [2, 1, 0])
    #expect(Set(names(training)).isDisjoint(with: names(test)))
    #expect(try names(ImageFolder(path: folder.path).test()) == names(test))
    let larger = try ImageFolder(path: folder.path, options: ImageFolder.Options(testFraction: 0.5)).test()
    #expect(larger.count == 8)
    #expect(Set(names(test)).isSubset(of: names(larger)))
  }

  @Test("may spell train and test in any case, but prefer the usual one")
  func otherCase() throws {
    try write("Train/a", count: 3)
    try write("TEST/a", count: 2)
    let data = try #require(DatasetFolder.open(folder.path) as? ImageFolder)
    #expect(try data.training().count == 3)
    #expect(try data.test().count == 2)
    try write("train/a", count: 1)
    #expect(try ImageFolder(path: folder.path).training().count == 1)
  }

  @Test("with test and validation images name the folder that is not read, once the training images are")
  func unusedValidation() throws {
    try write("train/a", count: 2)
    try write("test/a", count: 1)
    try write("Val/a", count: 3)
    let lines = Mutex<[String]>([])
    let data = try ImageFolder(
      path: folder.path, options: ImageFolder.Options { line in lines.withLock { $0.append(line) } })
    #expect(try data.test().count == 1)
    #expect(lines.withLock { $0.isEmpty })
    #expect(try data.training().count == 2)
    let told = lines.withLock { $0 }
    #expect(told.count == 1 && told[0].hasPrefix("\(folder.path("Val")) is not read"), "\(told)")
    try FileManager.default.removeItem(atPath: folder.path("test"))
    #expect(try ImageFolder(path: folder.path).test().count == 3)
  }

  @Test("have a digest of names, labels and contents, wherever they are")
  func digest() throws {
    let other = try TemporaryFolder()
    try write("train/a", count: 4)
    try write("test/a", count: 2)
    try FileManager.default.copyItem(atPath: folder.path("train"), toPath: other.path("train"))
    try FileManager.default.copyItem(atPath: folder.path("test"), toPath: other.path("test"))
    let digest = try ImageFolder(path: folder.path).training().digest
    #expect(try ImageFolder(path: other.path).training().digest == digest)
    let moved = try ImageFolder(path: folder.path).training().selecting([1, 0, 2, 3]).digest
    #expect(moved != digest)
    try FileManager.default.moveItem(
      atPath: other.path("train/a/0.png"), toPath: other.path("train/a/00.png"))
    #expect(try ImageFolder(path: other.path).training().digest != digest)
    let pixels = ImageBytes.noise(5 * 4 * 3, seed: 99)
    try folder.write(PNGBytes.file(width: 5, height: 4, channels: 3, pixels), to: "train/a/0.png")
    #expect(try ImageFolder(path: folder.path).training().digest != digest)
  }

  @Test("list unreadable files and skip them")
  func unreadable() throws {
    try write("train/a", count: 4)
    try write("test/a", count: 1)
    let jpeg = try ImageBytes.jpeg(width: 9, height: 9, seed: 1)
    try folder.write(jpeg.prefix(100), to: "train/a/short.jpg")
    try folder.write(Array("GIF89a".utf8), to: "train/a/gif.png")
    try folder.write([], to: "train/a/notes.txt")
    try folder.write([], to: "train/a/.DS_Store")
    try folder.write([], to: "train/a/._0.png")
    symlink("absent", folder.path("train/a/nowhere.png"))
    symlink("self.png", folder.path("train/a/self.png"))
    mkfifo(folder.path("train/a/pipe.png"), 0o600)
    try makeFolder("train/a/folder.png")
    let lines = Mutex<[String]>([])
    let data = try ImageFolder(
      path: folder.path, options: ImageFolder.Options { line in lines.withLock { $0.append(line) } })
    #expect(try data.training().count == 4)
    let told = lines.withLock { $0 }
    #expect(told.count == 7)
    for name in ["short.jpg", "gif.png", "nowhere.png", "self.png", "pipe.png", "notes.txt", "folder.png"] {
      #expect(told.count { $0.contains("/train/a/\(name)") } == 1)
    }
    #expect(told.allSatisfy(isOneLine))
  }

  @Test("list twenty unreadable files and count the others")
  func manyUnreadable() throws {
    try write("train/a", count: 2)
    try write("test/a", count: 1)
    for index in 0..<25 { try folder.write([], to: "train/a/x\(index).png") }
    let lines = Mutex<[String]>([])
    let options = ImageFolder.Options { line in lines.withLock { $0.append(line) } }
    _ = try ImageFolder(path: folder.path, options: options).training()
    let told = lines.withLock { $0 }
    #expect(told.count == 21)
    #expect(told.last?.contains("5 more") == true)
  }

  @Test("follow links to files and to folders, but not to those that they are in")
  func links() throws {
    try write("train/a", count: 2)
    try write("elsewhere", count: 2)
    try write("test/a", count: 1)
    symlink(folder.path("elsewhere"), folder.path("train/b"))
    symlink("../../elsewhere/0.png", folder.path("train/a/9.png"))
    for (target, name) in [(".", "dot"), ("..", "up"), ("../..", "top"), ("loop", "loop")] {
      symlink(target, folder.path("train/\(name)"))
    }
    let training = try ImageFolder(path: folder.path).training()
    #expect(training.classNames == ["a", "b"])
    #expect(Set(names(training)) == ["a/0.png", "a/1.JPeG", "a/9.png", "b/0.png", "b/1.JPeG"])
  }

  @Test("accept files whose names are not UTF-8, and reject such classes")
  func otherNames() throws {
    try write("train/a", count: 1)
    try write("test/a", count: 1)
    for byte in [0xE8, 0xE9] as [CChar.Magnitude] {
      let name = folder.path("train/a/").utf8.map(CChar.init(bitPattern:)) + [CChar(bitPattern: byte)]
      let path = name + Array(".png".utf8).map(CChar.init(bitPattern:)) + [0]
      try #require(link(folder.path("train/a/0.png"), path) == 0)
    }
    #expect(try ImageFolder(path: folder.path).training().count == 3)
    let path = folder.path("train/b").utf8.map(CChar.init(bitPattern:)) + [CChar(bitPattern: 0xE9), 0]
    try #require(mkdir(path, 0o700) == 0)
    #expect(try refusal().contains("UTF-8"))
  }

  @Test("with an empty class, a class only in the test, or no readable images are rejected by name")
  func refusals() throws {
    try makeFolder("train/a")
    #expect(try refusal().contains("no PNG or JPEG"))
    try write("train/b", count: 2)
    #expect(try refusal().contains("train/a"))
    try folder.write([1, 2, 3], to: "train/a/0.png")
    try write("test/b", count: 1)
    #expect(try refusal().contains("'a'"))
    try write("test/z", count: 1)
    #expect(try refusal().contains("test/z"))
    try FileManager.default.removeItem(atPath: folder.path("train"))
    #expect(try refusal().contains("/train"))
    for name in ["test/b/0.png", "test/z/0.png"] { try folder.write([1, 2, 3], to: name) }
    #expect(try refusal { try $0.test() }.contains("2 image files"))
  }

  @Test("with one image per class cannot be divided")
  func tooFew() throws {
    try write("a", count: 1)
    try write("b", count: 1)
    #expect(try refusal().contains("leaves none to test on"))
  }

  @Test("end a batch with the first file that has been removed, damaged or replaced")
  func changes() throws {
    try write("train/a", count: 30)
    try write("test/a", count: 1)
    let images = try ImageFolder(path: folder.path).training()
    try FileManager.default.removeItem(atPath: folder.path("train/a/9.JPeG"))
    try folder.write([1, 2, 3], to: "train/a/20.png")
    let pixels = ImageBytes.noise(3, seed: 1)
    try folder.write(PNGBytes.file(width: 1, height: 1, channels: 3, pixels), to: "train/a/28.png")
    let changed = names(images).indices.filter { index in
      ["a/9.JPeG", "a/20.png", "a/28.png"].contains(images.fileName(at: index) ?? "")
    }
    for threads in [1, 4] {
      let order = Array(images.labels.indices)
      let loader = try BatchLoader(
        images: images, size: PixelSize(square: 4), batchSize: 30, order: order, threads: threads)
      let error = try #require(throws: DatasetError.self) { try loader.next() }
      #expect(error.description.contains(images.fileName(at: changed[0]) ?? "-"))
      #expect(isOneLine(error.description))
    }
    for index in changed {
      let error = try #require(throws: DatasetError.self) { try images.image(at: index) }
      let name = images.fileName(at: index) ?? "-"
      #expect(error.description.contains(name))
      switch (name, error) {
      case ("a/9.JPeG", .imageFile(.missing)), ("a/20.png", .imageFile(.otherFormat)),
        ("a/28.png", .damaged):
        break
      default: Issue.record("\(error)")
      }
    }
  }

  @Test("give the first test images without the others")
  func firstImages() throws {
    try write("train/a", count: 1)
    try write("test/a", count: 9)
    try folder.write([1], to: "test/a/00.png")
    let data = try ImageFolder(path: folder.path)
    let (three, all) = (try data.test(first: 3), try data.test())
    #expect(three.count == 3)
    #expect(names(three) == Array(names(all).prefix(3)))
    #expect(try data.test(first: 100).count == 9)
  }
}
