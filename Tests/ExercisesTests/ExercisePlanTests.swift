import Exercises
import Testing

@Suite("The plan of an exercise")
struct ExercisePlanTests {
  private static let costs = [
    VariantCost(variant: "a", trainingImage: 1e-3, testImage: 3e-4, start: 0.2),
    VariantCost(variant: "b", trainingImage: 2.5e-3, testImage: 7e-4, start: 0.3),
  ]

  private func request(_ budget: Double, training: Int = 60_000, test: Int = 10_000)
    -> ExercisePlan.Request
  {
    ExercisePlan.Request(
      exercise: 1, budget: budget, size: .small, backend: "reference", trainingImages: training,
      testImages: test)
  }

  /// From the least budget on, each a tenth more.
  private static let budgets = Array(sequence(first: 95.0) { $0 < 1e6 ? $0 * 1.1 : nil })

  @Test("never exceeds the budget, and has two seeds at least", arguments: budgets)
  func withinBudget(budget: Double) throws {
    let plan = try ExercisePlan(request(budget), costs: Self.costs)
    #expect(plan.seconds <= budget)
    #expect(plan.seeds >= 2)
    #expect(plan.size.minimumImages...plan.size.maximumImages ~= plan.trainingImages)
  }

  @Test("never has less of anything with a larger budget")
  func monotone() throws {
    let plans = try Self.budgets.map { try ExercisePlan(request($0), costs: Self.costs) }
    for (plan, next) in zip(plans, plans.dropFirst()) {
      #expect(next.seeds >= plan.seeds)
      #expect(next.trainingImages >= plan.trainingImages)
      #expect(next.seconds >= plan.seconds)
    }
    #expect(plans.last.map { $0.seeds > 5 && $0.trainingImages == 10_000 } == true)
  }

  @Test("of a budget that is too small names one that is enough")
  func tooSmall() throws {
    let error = #expect(throws: ExerciseError.self) {
      try ExercisePlan(request(20), costs: Self.costs, spent: 3)
    }
    let line = try #require(error?.description)
    #expect(line.hasPrefix("--budget 20s is too short for two runs of each of 2 networks"))
    let enough = try #require(
      line.split(separator: " ").compactMap { $0.hasSuffix("s") ? Double($0.dropLast()) : nil }.last)
    guard case .budgetTooShort(let seconds, line) = error else {
      Issue.record("\(line)")
      return
    }
    #expect(seconds <= enough && enough < seconds + 1)
    #expect(try ExercisePlan(request(enough), costs: Self.costs, spent: 3).seeds == 2)
  }

  @Test("takes no more images than there are")
  func fewImages() throws {
    let plan = try ExercisePlan(request(1e5, training: 700, test: 60), costs: Self.costs)
    #expect(plan.trainingImages == 700 && plan.testImages == 60)
    #expect(plan.seeds == 200)
  }

  @Test("keeps what has been spent out of the runs")
  func spent() throws {
    let plan = try ExercisePlan(request(300), costs: Self.costs, spent: 100)
    #expect(plan.seconds <= 170)
  }

  @Test("knows which budget buys more seeds", arguments: [3, 5, 6, 40, 200])
  func budgetForSeeds(seeds: Int) throws {
    let plan = try ExercisePlan(request(95), costs: Self.costs)
    #expect(plan.seeds == 2)
    let budget = try #require(plan.budget(forSeeds: seeds, available: 60_000))
    // The budget is given in whole seconds.
    let larger = try ExercisePlan(request(budget.rounded(.up)), costs: Self.costs)
    #expect(larger.seeds >= seeds)
    #expect(plan.budget(forSeeds: 201, available: 60_000) == nil)
  }

  @Test("names no budget that cannot be given")
  func maximumBudget() throws {
    let costs = [VariantCost(variant: "slow", trainingImage: 0.5, testImage: 0, start: 0)]
    let plan = try ExercisePlan(request(20_000), costs: costs)
    let most = plan.maximumSeeds(available: 60_000)
    #expect(plan.seeds < most && most < 200)
    let budget = try #require(plan.budget(forSeeds: most, available: 60_000))
    #expect(budget <= ExercisePlan.maximumBudget)
    #expect(plan.budget(forSeeds: most + 1, available: 60_000) == nil)
  }

  @Test("writes times so that they are read back as no shorter")
  func texts() {
    #expect(ExercisePlan.text(0.2) == "1s")
    #expect(ExercisePlan.text(90) == "90s")
    #expect(ExercisePlan.text(121) == "3m")
    #expect(ExercisePlan.text(300) == "5m")
    #expect(ExercisePlan.text(7201) == "3h")
  }

  @Test("quotes a budget as it was given")
  func given() {
    #expect([5400, 150, 300, 7200, 49].map(ExercisePlan.given) == ["90m", "150s", "5m", "2h", "49s"])
  }
}
