import ArgumentParser
import MachineLimits
import NetworkInNetwork

/// Estimates the costs of networks for the options of `nin summary`.
struct CostEstimator {
  private let backend: any Backend
  private let recipe: Recipe
  private let ceilings: Ceilings?
  private let display: CommandProgress

  init(_ command: SummaryCommand, _ backend: any Backend, _ recipe: Recipe) throws {
    self.backend = backend
    self.recipe = recipe
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
    return try CostEstimate(of: subject, on: backend, recipe: recipe, ceilings: ceilings)
  }

  func comparison(of networks: [NamedNetwork], _ sizes: SummarySubject.Sizes) throws -> CostComparison {
    let columns = try networks.map { network in
      let subject = try SummarySubject(network, sizes)
      return CostComparison.Column(subject: subject, estimate: try estimate(subject))
    }
    return CostComparison(columns: columns, batchSize: recipe.batchSize, precision: precision)
  }

  private var precision: Precision { recipe.computation.precision ?? .float32 }

  /// The error for a missing time.
  var unknownPeak: BackendError {
    BackendError.unsupportedOperation(
      reason: "--time: the peak of this CPU in \(precision.rawValue) cannot be measured"
    )
  }
}
