import Foundation
import TestSupport
import Testing

@testable import nin_bench

@Suite("The roofline")
struct RooflineTests {
  private func drawn(_ report: Report) throws -> (texts: [String], svg: String) {
    let folder = try TemporaryFolder()
    try RooflineFile.write(report, to: folder.path("roofline.svg"))
    let data = try #require(FileManager.default.contents(atPath: folder.path("roofline.svg")))
    let svg = String(decoding: data, as: UTF8.self)
    let parsed = ParsedMarkup(svg)
    #expect(parsed.problem == nil)
    return (parsed.texts(of: "text"), svg)
  }

  @Test("the picture is well-formed, with the layers by number, and what they compute in the key")
  func wellFormed() throws {
    let report = Samples.report([Samples.measurement(milliseconds: [8], profile: Samples.profile)])
    let (texts, svg) = try drawn(report)
    // A forward pass, a weight gradient and the line of the key.
    #expect(texts.count { $0 == "1" } >= 3)
    for text in [
      "nin, training at 224×224, batch 128, 2 threads", "net.0.0", "conv 3×3, 1→4", "dnnl, float32",
      "float32 peak 200 GFLOP/s",
    ] {
      #expect(texts.contains(text), "\(text)")
    }
    #expect(texts.contains { $0.hasPrefix("A <fast> & good CPU; 2 threads: ") })
    #expect(!svg.contains("nan"))
  }

  @Test("training and prediction each have a picture; backends and precisions share one")
  func groups() throws {
    let training = Samples.measurement(milliseconds: [8], profile: Samples.profile)
    var bfloat16 = training
    bfloat16.configuration.precision = .bfloat16
    var prediction = training
    prediction.configuration.task = .prediction
    let report = Samples.report([training, prediction, bfloat16])
    let groups = RooflineGroup.groups(report)
    #expect(groups.map(\.configuration.task) == [.training, .prediction])
    #expect(groups.map(\.points.count) == [4, 2])
    let (texts, _) = try drawn(report)
    #expect(texts.contains("nin, prediction at 224×224, batch 128, 2 threads"))
    #expect(texts.count { $0 == "dnnl, bf16" } == 1)
  }

  @Test("rates and intensities exclude the taps on padding; the share is of the step's time")
  func points() throws {
    var profile = Samples.profile
    profile.rows[0].unpaddedOperations = 3_000_000
    let points = try #require(
      RooflineGroup.groups(Samples.report([Samples.measurement(milliseconds: [8], profile: profile)])).first
    ).points
    // 3·10⁶ operations and 10⁶ bytes in 2 of 8 ms.
    #expect(points[0].intensity == 3)
    #expect(abs(points[0].rate / 1.5e9 - 1) < 1e-3)
    #expect(abs(points[0].share - 0.25) < 1e-3)
  }

  @Test("a rate far below all others is drawn on the lower edge, with an arrow")
  func farBelow() throws {
    var profile = Samples.profile
    profile.rows[1].operations = 4
    let (texts, _) = try drawn(Samples.report([Samples.measurement(milliseconds: [8], profile: profile)]))
    #expect(texts.contains("1↓"))
  }

  @Test("what takes almost no time is not drawn, and a disturbed picture says so")
  func small() throws {
    var profile = Samples.profile
    profile.nanoseconds = [10_000_000_000]
    let loud = Disturbance(stolen: 0, others: 0.4, spread: 0)
    let short = Samples.measurement(milliseconds: [8], profile: profile)
    #expect(RooflineGroup.groups(Samples.report([short])).isEmpty)
    let quiet = Samples.measurement(milliseconds: [8], profile: Samples.profile)
    let disturbed = Samples.measurement(milliseconds: [8], profile: Samples.profile, disturbance: loud)
    let note = "disturbed: see the tables"
    #expect(try !drawn(Samples.report([quiet])).texts.contains(note))
    #expect(try drawn(Samples.report([disturbed])).texts.contains(note))
  }

  @Test(
    "the key of a network with many layers lists the slowest, and the number of the others")
  func manyLayers() throws {
    var profile = Samples.profile
    profile.rows = (0..<30).map { index in
      var row = Samples.profile.rows[0]
      row.layer = "block.\(index)"
      row.nanoseconds = [UInt64(1_000_000 + 1000 * index)]
      return row
    }
    let (texts, _) = try drawn(
      Samples.report([Samples.measurement(milliseconds: [8], profile: profile)]))
    #expect(texts.contains("block.29") && !texts.contains("block.0"))
    #expect(texts.contains("and 12 more that take less"))
  }

  @Test("without profiles there is nothing to draw, and no file")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let report = Samples.report([Samples.measurement(milliseconds: [8])])
    #expect(throws: BenchmarkError.self) { try RooflineFile.write(report, to: folder.path("roofline.svg")) }
    #expect(try folder.names() == [])
  }

  @Test("labels of points at one position cover neither each other nor the points")
  func labels() {
    let marker = LabelPlacement.Box(left: 195, top: 195, width: 10, height: 10)
    let bounds = LabelPlacement.Box(left: 0, top: 0, width: 400, height: 400)
    var placement = LabelPlacement(taken: [marker], bounds: bounds)
    let boxes = (0..<20).map { _ in placement.place(near: .init(x: 200, y: 200), width: 20, height: 10) }
    for (index, box) in boxes.enumerated() {
      #expect(!box.overlaps(marker) && bounds.contains(box))
      #expect(!boxes[..<index].contains { $0.overlaps(box) })
    }
  }
}
