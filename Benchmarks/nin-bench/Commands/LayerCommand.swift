import ArgumentParser
import MachineLimits
import NetworkInNetwork
import Reporting

/// `nin-bench layer`: one layer alone.
struct LayerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layer",
    abstract: "Measure one layer alone, pass by pass.",
    discussion: """
      nin-bench layer conv --input 32x96x54x54 --channels 256 --kernel 5 --padding 2
      nin-bench layer dense --input 128x6400 --features 4096 --precision bf16
      nin-bench layer max-pool --input 32x96x54x54 --kernel 3 --task prediction
      nin-bench layer avg-pool --input 32x10x5x5 --kernel 5
      nin-bench layer batch-norm --input 32x96x54x54
      nin-bench layer relu --input 32x96x54x54
      nin-bench layer sigmoid --input 32x6x28x28

      The passes run in turn, as in a training step, on random numbers. The input has the layout of the same backend's \
      convolutions; with --plain-input it is plain, as for a network's first layer.
      """)

  @OptionGroup var layer: LayerOptions

  @Option(
    help: "The backend. (default: dnnl, or openblas if that is not built)",
    completion: .words { BackendRegistry.entries.map(\.name) })
  var backend: String?

  @Option(help: "The precision: float32, bf16 or float64.")
  var precision = Precision.float32

  @Option(parsing: .unconditional, help: "The number of threads. (default: as for nin-bench run)")
  var threads: Int?

  @Option(help: "The task: training, or prediction with only the forward pass.")
  var task = Configuration.Task.training

  @Option(
    name: .customLong("conv-algorithm"),
    help: "The algorithm of a convolution: direct, winograd, or auto, the faster one for many images.")
  var convolutions = ConvolutionChoice.automatic

  @Flag(help: "Measure it as a first layer: the input is plain and has no gradient.")
  var plainInput = false

  @Option(
    parsing: .unconditional,
    help: "The number of times each pass runs. (default: as often as --seconds allows)")
  var steps: Int?

  @Option(parsing: .unconditional, help: "The time for all passes together; each runs at least 5 times.")
  var seconds = 2.0

  func validate() throws {
    try asUsageError { try BackendRegistry.requireKnown(backend.map { [$0] } ?? []) }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be between 1 and 1024")
    }
    if let steps, !(1...StepBudget.maximumSteps).contains(steps) {
      throw ValidationError("--steps is \(steps); it must be between 1 and \(StepBudget.maximumSteps)")
    }
    guard seconds > 0, seconds <= 86400 else {
      throw ValidationError("--seconds is \(seconds); it must be more than 0 and at most 86400")
    }
  }

  func run() throws {
    let operation = try layer.operation()
    let pool = threads.map(ThreadPool.init(count:)) ?? .automatic
    let name = backend ?? PlanOptions.defaultBackends.first ?? "reference"
    let lone = try LoneLayer(
      operation, on: try BackendRegistry.backend(named: name, options: BackendOptions(threads: pool)),
      precision,
      for: task, convolutions, hasPlainInput: plainInput)
    let before = try Ceilings.measured(threads: pool.count)
    let budget = StepBudget(steps: steps, seconds: seconds, isProfiled: false)
    let rows = try LayerMeasurement.rows(of: lone, budget)
    let ceilings = before.raised(to: try .measured(threads: pool.count))
    print("\(LayerTable(layer: lone, task: task, rows: rows, ceilings: ceilings))")
  }
}
