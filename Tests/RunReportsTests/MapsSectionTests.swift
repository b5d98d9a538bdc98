import Foundation
import ImageFiles
import Layers
import Networks
import ReferenceBackend
import TestSupport
import Testing
import Training

@testable import FeatureMaps
@testable import RunReports

@Suite("Class confidence maps in report.html")
struct MapsSectionTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("run")
  }

  private func section(_ report: RunReport) throws -> ParsedMarkup {
    let content = try #require(try MapsSection().content(of: report))
    let parsed = ParsedMarkup("<section>\(content.markup)</section>")
    #expect(parsed.problem == nil)
    return parsed
  }

  /// The predictions of a model for the sample images.
  private func report(_ model: Sequential) throws -> RunReport {
    try SampleRun.writeOlder(to: "run", in: folder)
    let network = try Network(
      model, image: [1, 8, 8], backend: Reference(), options: NetworkOptions(batchSizes: [4]))
    try network.initialize(seed: 1)
    let judged = try JudgedImages(
      SampleRun.images(SampleRun.names), name: "test", by: network, resize: .pillow, batchSize: 4)
    let description = CheckpointDescription(
      model: model, image: [1, 8, 8], classNames: SampleRun.names, normalization: .none)
    return RunReport(try RunRecord(path), network: description, judged: judged)
  }

  @Test("are not computed for images that lack classes of the network")
  func fewerClasses() throws {
    let model = Sequential(Conv2D(5, kernel: 3), GlobalAvgPool2D(), Flatten())
    let error = #expect(throws: NetworkError.self) { try report(model) }
    #expect(error?.description.contains("4 classes, but the network has 5 outputs") == true)
  }

  @Test("has images of each kind, each with the maps of two classes")
  func images() throws {
    let report = try SampleRun.report(SampleRun.train(in: path), in: path)
    let judged = try #require(report.judged)
    let maps = try #require(judged.maps)
    #expect(maps.wrong.count == min(judged.mistakes.count, 8))
    for (example, mistake) in zip(maps.wrong, judged.mistakes) {
      let picture = example.picture
      #expect(example.prediction == mistake.prediction)
      #expect(picture.label == mistake.label && picture.name == "test image \(mistake.index)")
      #expect(picture.maps.byScore[0].classIndex == mistake.prediction)
      let own = picture.maps.maps[mistake.label]
      #expect(abs(own.probability - mistake.labelProbability) < 1e-5)
    }
    for example in maps.right {
      #expect(example.prediction == example.picture.label)
      #expect(example.picture.maps.byScore[0].classIndex == example.prediction)
    }
    #expect(Set(maps.right.map(\.prediction)).count == maps.right.count)
    let parsed = try section(report)
    let items = parsed.elements.count { $0.name == "li" }
    #expect(items == maps.right.count + maps.wrong.count && items > 0)
    #expect(parsed.elements.count { $0.name == "img" } == 3 * items)
    #expect(parsed.texts(of: "figcaption").contains { $0.contains("its class") })
    let limits = parsed.texts(of: "figcaption").compactMap { text in
      text.firstMatch(of: #/maps from \S+ to ([0-9]+(\.[0-9]+)?)/#).flatMap { Double($0.output.1) }
    }
    let expected = (maps.right + maps.wrong).map(\.picture.scale.limit)
    #expect(limits.count == expected.count)
    #expect(zip(limits, expected).allSatisfy { abs($0 - $1) <= 0.01 * $1 }, "\(limits), \(expected)")
  }

  @Test("computes maps in batches that the network is prepared for, so that it needs no more memory")
  func memory() throws {
    let trainer = try SampleRun.train(in: path)
    let memory = trainer.network.memory.total
    let report = try SampleRun.report(trainer, in: path)
    #expect(report.judged?.maps != nil && trainer.network.memory.total == memory)
  }

  @Test("the pictures are of the images that they name")
  func pictures() throws {
    let report = try SampleRun.report(SampleRun.train(in: path), in: path)
    let maps = try #require(report.judged?.maps)
    let images = try #require(report.judged?.images)
    for picture in (maps.right + maps.wrong).map(\.picture) {
      let index = try #require(Int(picture.name.dropFirst("test image ".count)))
      #expect(
        picture.image.channels.flatMap(\.values) == (try images.image(at: index)).map { Double($0) / 255 })
    }
  }

  @Test("maps of one number are those of larger images, with a note")
  func largerImages() throws {
    let model = Sequential(Conv2D(4, kernel: 8, stride: 2), ReLU(), GlobalAvgPool2D(), Flatten())
    let report = try report(model)
    let maps = try #require(report.judged?.maps)
    // 16 pixels have 5×5 numbers.
    #expect(maps.image == [1, 16, 16] && maps.head.shape == [4, 5, 5])
    let parsed = try section(report)
    #expect(parsed.elements.count { $0.name == "img" } == 3 * (maps.right + maps.wrong).count)
    #expect(parsed.elements.contains { $0.attributes["class"] == "note" && $0.text.contains("16×16") })
  }

  @Test("maps of one number that no image can change are not drawn")
  func withoutDetail() throws {
    let parsed = try section(
      report(Sequential(Conv2D(5, kernel: 8), Flatten(), Dense(4))))
    #expect(!parsed.elements.contains { $0.name == "img" })
    #expect(parsed.texts(of: "p").contains { $0.contains("shows nothing") })
  }

  @Test("is omitted if classes have no maps, or nothing was classified")
  func missing() throws {
    let report = try report(Sequential(Flatten(), Dense(8), ReLU(), Dense(4)))
    #expect(report.judged != nil && report.judged?.maps == nil)
    #expect(try MapsSection().content(of: report)?.markup == nil)
    #expect(try MapsSection().content(of: RunReport(try RunRecord(path)))?.markup == nil)
  }
}
