import Testing
import Training

@Suite("The learning rate")
struct LearningRateScheduleTests {
  @Test("is constant unless told otherwise")
  func constant() {
    let schedule = LearningRateSchedule(peak: 0.05)
    #expect([0, 1, 4689].map { schedule.rate(step: $0, of: 4690) } == [0.05, 0.05, 0.05])
  }

  @Test("rises in equal steps, stays at the peak")
  func warmUp() {
    let schedule = LearningRateSchedule(peak: 0.5, warmUpSteps: 4)
    let rates = (0..<6).map { schedule.rate(step: $0, of: 100) }
    #expect(zip(rates, [0.1, 0.2, 0.3, 0.4, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("falls in equal steps to 0 after the last step")
  func fall() {
    let schedule = LearningRateSchedule(peak: 0.4, warmUpSteps: 1, shape: .linear)
    let rates = (0..<6).map { schedule.rate(step: $0, of: 5) }
    #expect(zip(rates, [0.2, 0.4, 0.3, 0.2, 0.1, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("is never negative nor infinite, even where the warm-up is longer than the training")
  func shortTraining() {
    let schedule = LearningRateSchedule(peak: 1, warmUpSteps: 10, shape: .linear)
    #expect((0..<20).allSatisfy { (0...1).contains(schedule.rate(step: $0, of: 5)) })
  }
}
