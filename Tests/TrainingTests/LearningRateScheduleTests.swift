import Foundation
import Testing
import Training

@Suite("The learning rate")
struct LearningRateScheduleTests {
  private func rates(
    _ schedule: LearningRateSchedule, _ steps: Range<Int>, epochs: Int = 1, of stepsPerEpoch: Int
  )
    -> [Double]
  {
    steps.map { schedule.rate(step: $0, epochs: epochs, stepsPerEpoch: stepsPerEpoch) }
  }

  private func expect(
    _ rates: [Double], _ expected: [Double], at location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      rates.count == expected.count && zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rates)",
      sourceLocation: location)
  }

  @Test("is constant by default")
  func constant() {
    let schedule = LearningRateSchedule(peak: 0.05)
    #expect(Set(rates(schedule, 0..<4690, epochs: 10, of: 469)) == [0.05])
  }

  @Test("rises in equal steps, stays at the peak")
  func warmUp() {
    let schedule = LearningRateSchedule(peak: 0.5, warmUpSteps: 4)
    expect(rates(schedule, 0..<6, of: 100), [0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
  }

  @Test("falls in equal steps to 0 after the last step")
  func fall() {
    let schedule = LearningRateSchedule(peak: 0.4, warmUpSteps: 1, shape: .linear)
    expect(rates(schedule, 0..<6, of: 5), [0.2, 0.4, 0.3, 0.2, 0.1, 0])
  }

  @Test("falls by a factor after a number of epochs, repeatedly")
  func steps() {
    let schedule = LearningRateSchedule(peak: 1, warmUpSteps: 1, shape: .step(epochs: 2, factor: 0.5))
    expect(
      rates(schedule, 0..<12, epochs: 6, of: 2), [0.5, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
  }

  @Test("falls as half a cosine")
  func cosine() {
    let schedule = LearningRateSchedule(peak: 2, warmUpSteps: 1, shape: .cosine)
    let root = 0.5.squareRoot()
    expect(rates(schedule, 0..<6, of: 5), [1, 2, 1 + root, 1, 1 - root, 0])
  }

  /// `OneCycleLR(max_lr=1, total_steps=20)`: its phases end at the steps 5 and 19.
  @Test("rises and falls in one cycle, as PyTorch's does")
  func oneCycle() {
    let schedule = LearningRateSchedule(peak: 1, shape: .oneCycle)
    let rates = rates(schedule, 0..<20, of: 20)
    expect([rates[0], rates[5], rates[12], rates[19]], [0.04, 1, (1 + 4e-6) / 2, 4e-6])
    #expect(zip(rates[...5], rates[1...5]).allSatisfy { $0 < $1 })
    #expect(zip(rates[5...], rates[6...]).allSatisfy { $0 > $1 })
  }

  static let shapes: [LearningRateSchedule.Shape] = [
    .constant, .linear, .step(epochs: 3, factor: 0.1), .cosine, .oneCycle,
  ]

  @Test("warms up to where its shape begins", arguments: shapes)
  func start(shape: LearningRateSchedule.Shape) {
    let plain = LearningRateSchedule(peak: 1, shape: shape)
    let warmed = LearningRateSchedule(peak: 1, warmUpSteps: 3, shape: shape)
    let first = rates(plain, 0..<1, of: 17)[0]
    expect(rates(warmed, 0..<4, of: 20), [0.25, 0.5, 0.75, 1].map { $0 * first })
  }

  @Test(
    "is never negative or infinite, even if the warm-up is longer than the run", arguments: shapes)
  func shortTraining(shape: LearningRateSchedule.Shape) {
    for (warmUp, steps) in [(10, 5), (0, 1), (1, 1), (0, 2), (3, 4)] {
      let schedule = LearningRateSchedule(peak: 1, warmUpSteps: warmUp, shape: shape)
      #expect(rates(schedule, 0..<20, of: steps).allSatisfy { (0...1).contains($0) })
    }
  }

  @Test("is read as it was written", arguments: shapes)
  func coding(shape: LearningRateSchedule.Shape) throws {
    let schedule = LearningRateSchedule(peak: 0.1, warmUpSteps: 2, shape: shape)
    let data = try JSONEncoder().encode(schedule)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: data) == schedule)
  }

  @Test("is read from files of earlier versions, and rejected if its name is unknown")
  func files() throws {
    func schedule(_ shape: String) throws -> LearningRateSchedule {
      let text = #"{"peak": 0.02, "warmUpSteps": 50, "shape": \#(shape)}"#
      return try JSONDecoder().decode(LearningRateSchedule.self, from: Data(text.utf8))
    }
    #expect(try schedule(#""linear""#) == LearningRateSchedule(peak: 0.02, warmUpSteps: 50, shape: .linear))
    #expect(try schedule(#"{"step": {"epochs": 30, "factor": 0.1}}"#).shape == .step(epochs: 30, factor: 0.1))
    for shape in [#""other""#, "{}", "3", #"{"step": {"epochs": 30}}"#] {
      #expect(throws: DecodingError.self) { try schedule(shape) }
    }
  }
}
