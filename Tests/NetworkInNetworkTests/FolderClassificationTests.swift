import NetworkInNetwork
import TestSupport
import Testing

@Suite("Classifying a folder")
struct FolderClassificationTests {
  private let folder: TemporaryFolder
  private let classifier: Classifier

  init() throws {
    folder = try TemporaryFolder()
    classifier = try Classifier(path: TrainedNetwork.checkpoint(in: folder), on: Reference())
  }

  @Test("gives each image its own result, in the order of names, and does not stop at a bad one")
  func results() throws {
    let images = try TemporaryFolder()
    // More than one batch, with unreadable files in both.
    for number in 0..<40 {
      try images.write(PNGEncoder.encode(TrainedNetwork.image(number)), to: "\(10 + number).png")
    }
    for name in ["15.png", "45.png"] { try images.write(Array("no image".utf8), to: name) }
    try images.write([], to: "notes.txt")
    let files = try classifier.classify(folder: images.path)
    #expect(files.map(\.path) == (10..<50).map { images.path("\($0).png") })
    for (number, file) in files.enumerated() {
      guard number != 5, number != 35 else {
        #expect(throws: ImageFileError.self) { try file.result.get() }
        continue
      }
      let alone = try classifier.classify(TrainedNetwork.image(number))
      for (left, right) in try zip(alone.probabilities, file.result.get().probabilities) {
        #expect(abs(left - right) < 1e-6)
      }
    }
    #expect(try Set(files[0...4].map { try $0.result.get().probabilities }).count > 1)
  }

  @Test("of which no file can be read gives only errors")
  func unreadable() throws {
    let images = try TemporaryFolder()
    try images.write([], to: "a.png")
    let files = try classifier.classify(folder: images.path)
    #expect(files.count == 1)
    #expect(throws: ImageFileError.self) { try files[0].result.get() }
  }

  @Test("that is absent, a file or without images is an error")
  func refusals() throws {
    for path in [folder.path("absent"), folder.path("network.safetensors"), folder.path] {
      let error = #expect(throws: DatasetError.self) { try classifier.classify(folder: path) }
      #expect(error?.description.hasPrefix(path) == true)
    }
  }
}
