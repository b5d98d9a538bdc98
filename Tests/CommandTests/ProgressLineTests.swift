import Foundation
import NetworkInNetwork
import Testing

@testable import NinCommand

@Suite("Lines of progress")
struct ProgressLineTests {
  static let widths = [40, 60, 80, 120, 200]

  private static let line = TrainingLine(
    epoch: 12, done: 120, total: 469, loss: 0.8341, accuracy: 0.687, learningRate: 0.04973,
    imagesPerSecond: 1234.56, secondsLeft: 3725)

  @Test("fit into every width, with every figure whole", arguments: widths)
  func training(width: Int) {
    let lines = Self.line.lines(width: width)
    #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
    // A narrow terminal has two lines, rather than a figure less.
    #expect(lines.count == (width <= 60 ? 2 : 1))
    let text = lines.joined(separator: " ")
    for part in ["12", "120/469", "0.834", "0.687", "0.0497", "ETA 1:02:05"] {
      #expect(text.contains(part), "\(text)")
    }
    #expect(text.contains("1234.6 images/s") || text.contains("1235/s"), "\(text)")
    #expect(text.contains("▕") == (width >= 120))
  }

  @Test("of a test have its images and no loss", arguments: widths)
  func test(width: Int) {
    var line = Self.line
    (line.isTest, line.done, line.total) = (true, 2560, 10000)
    let text = line.lines(width: width).joined(separator: " ")
    #expect(text.contains("testing 2560/10000") && text.contains("ETA 1:02:05") && !text.contains("loss"))
  }

  @Test("are the same in a file, whole")
  func plain() {
    #expect(
      Self.line.plain
        == "epoch 12, 120/469: loss 0.834, acc 0.687, lr 0.0497, 1234.6 images/s, ETA 1:02:05")
  }

  private static func result(_ more: [String: Any] = [:]) throws -> EpochResult {
    let fields: [String: Any] = [
      "epoch": 3, "trainingLoss": 0.8341, "trainingAccuracy": 0.687, "testLoss": 0.41, "testAccuracy": 0.852,
    ]
    let json = try JSONSerialization.data(withJSONObject: fields.merging(more) { $1 })
    return try JSONDecoder().decode(EpochResult.self, from: json)
  }

  @Test("of an epoch fit into every width", arguments: widths)
  func epoch(width: Int) throws {
    let pace = TrainingPace(images: 1000, seconds: 2, secondsWaited: 0.1)
    let short = EpochLine(result: try Self.result(), pace: pace).lines(width: width)
    #expect(short.count == (width < 60 ? short.count : 1) && short.allSatisfy { $0.count <= width })
    let averages = [
      "validationLoss": 0.5, "validationAccuracy": 0.8, "averageValidationLoss": 0.45,
      "averageValidationAccuracy": 0.81, "averageTestLoss": 0.44, "averageTestAccuracy": 0.82,
    ]
    let long = EpochLine(result: try Self.result(averages), pace: pace).lines(width: width)
    for lines in [short, long] {
      #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
      let text = lines.joined(separator: " ")
      for part in ["epoch 3: ", "0.834", "0.687", "0.410", "0.852"] {
        #expect(text.contains(part), "\(text)")
      }
    }
    #expect(long.joined().contains("0.820"))
  }

  @Test("of other commands fit into every width", arguments: [10] + widths)
  func command(width: Int) {
    var text = ProgressText(phase: "classifying", done: 2560, total: 10000, seconds: 8)
    #expect(text.line(width: width).count <= width)
    if width >= 60 {
      #expect(text.line(width: width).contains("2,560/10,000 images, 320.0 images/s, ETA 0:23"))
    }
    text = ProgressText(phase: "computing on reference", seconds: 75)
    #expect(text.line(width: width).count <= width)
    if width >= 40 { #expect(text.line(width: width) == "computing on reference, 1:15") }
  }

  @Test("are erased where a narrower window has broken them")
  func erasing() {
    #expect(LiveText.erasing([], width: 80) == "\r\u{1B}[J")
    #expect(LiveText.erasing(["abc"], width: 80) == "\r\u{1B}[J")
    #expect(LiveText.erasing(["abc", "de"], width: 80) == "\r\u{1B}[1A\u{1B}[J")
    #expect(LiveText.erasing([String(repeating: "x", count: 100)], width: 40) == "\r\u{1B}[2A\u{1B}[J")
    #expect(LiveText.visibleCount("\u{1B}[34m⠒⠒\u{1B}[0m x") == 4)
  }

  @Test("show the recent rate, not the average")
  func recentRate() {
    var rate = RecentRate()
    #expect(rate.perSecond == 0)
    for _ in 0..<100 { rate.add(128, seconds: 1) }
    #expect(abs(rate.perSecond - 128) < 1e-9)
    for _ in 0..<30 { rate.add(128, seconds: 4) }
    #expect(abs(rate.perSecond - 32) < 0.1)
  }

  @Test("include the tests in the remaining time")
  func estimate() {
    var estimate = TimeEstimate(stepsPerEpoch: 10, epochs: 3, testImages: 300, stepsDone: 0)
    #expect(estimate.seconds == nil)
    for _ in 0..<5 { estimate.addStep(images: 100, seconds: 1) }
    // 25 steps of a second, and three tests of 300 images at 300 images/s.
    #expect(abs((estimate.seconds ?? 0) - 28) < 1e-6)
    for _ in 0..<5 { estimate.addStep(images: 100, seconds: 1) }
    estimate.noteTest(images: 150)
    #expect(abs((estimate.seconds ?? 0) - 22.5) < 1e-6)
    estimate.endTest(seconds: 4)
    // Two epochs of ten seconds and two tests of four.
    #expect(abs((estimate.seconds ?? 0) - 28) < 1e-6)
    for _ in 0..<20 { estimate.addStep(images: 100, seconds: 1) }
    estimate.noteTest(images: 300)
    #expect(abs(estimate.seconds ?? 1) < 1e-6)
  }
}
