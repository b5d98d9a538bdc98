import ArgumentParser
import MachineLimits
import NetworkInNetwork

/// Estimates the costs of networks for the options of `nin summary`.
struct CostEstimator {
  private let backend: any Backend
  private let batchSize: Int
  private let compute: ComputeOptions
  private let recipe: Recipe
  private let ceilings: Ceilings?
  private let display: CommandProgress

  init(_ command: SummaryCommand, _ backend: any Backend, batchSize: Int) throws {
    self.backend = backend
    self.batchSize = batchSize
    compute = command.compute
    let name = command.recipe ?? NamedRecipe.book.rawValue
    recipe = try NamedRecipe.recipe(name, for: nil)
    try recipe.requireNoCode(path: name)
    display = CommandProgress(isQuiet: command.progress.quiet)
    guard command.time || command.compare != nil else {
      ceilings = nil
      return
    }
    display.show("measuring the machine's peak performance")
    ceilings = try Ceilings.measured(threads: backend.threads.count)
    display.clear()
  }

  func estimate(_ subject: SummarySubject) throws -> CostEstimate {
    display.show("preparing \(subject.name)")
    defer { display.clear() }
    return try CostEstimate(
      of: subject, on: backend, recipe: recipe, batchSize: batchSize, compute, ceilings: ceilings)
  }

  func comparison(of networks: [NamedNetwork], _ sizes: SummarySubject.Sizes) throws -> CostComparison {
    guard !networks.isEmpty else { throw ValidationError("--compare names no network") }
    let columns = try networks.map { network in
      let subject = try SummarySubject(network, sizes)
      return CostComparison.Column(subject: subject, estimate: try estimate(subject))
    }
    return CostComparison(columns: columns, batchSize: batchSize, precision: compute.precision ?? .float32)
  }

  /// The error for a missing time.
  var unknownPeak: BackendError {
    BackendError.unsupportedOperation(
      reason: "--time: the peak of this CPU in \((compute.precision ?? .float32).rawValue) cannot be measured"
    )
  }
}
