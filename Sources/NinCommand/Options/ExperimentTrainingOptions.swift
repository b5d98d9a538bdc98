import ArgumentParser
import NetworkInNetwork

/// The training that is judged in the place of a single pass.
struct ExperimentTrainingOptions: ParsableArguments {
  @Option(
    name: .customLong("train"), parsing: .unconditional,
    help: """
      Train for N steps on each backend instead, and judge each step by itself. Images are 96×96 and batches of 4 \
      by default.
      """)
  var steps: Int?

  @Option(parsing: .unconditional, help: "The learning rate of --train. (default: 0.01)")
  var learningRate: Double?

  @Option(parsing: .unconditional, help: "Momentum of --train, 0 to 1. (default: 0.9)")
  var momentum: Double?

  @Option(parsing: .unconditional, help: "Weight decay (L2) of --train. (default: 0.0005)")
  var weightDecay: Double?

  @Flag(help: "Train with Nesterov's momentum.")
  var nesterov = false

  @Option(help: ArgumentHelp("Draw the losses of --train.", valueName: "out.svg"))
  var plot: String?

  func validate() throws {
    try requirePositive([("--train", steps)])
    try requireRule(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    let given = [
      ("--learning-rate", learningRate != nil), ("--momentum", momentum != nil),
      ("--weight-decay", weightDecay != nil), ("--nesterov", nesterov), ("--plot", plot != nil),
    ].filter(\.1).map(\.0)
    guard steps != nil || given.isEmpty else {
      throw ValidationError(
        "\(given.joined(separator: " and ")) \(given.count == 1 ? "belongs" : "belong") to --train")
    }
    guard !nesterov || rule.momentum > 0 else {
      throw ValidationError("--nesterov needs a --momentum of more than 0")
    }
  }

  /// The rule of the updates; momentum and weight decay are on, so that they are judged.
  var rule: GradientDescentRule {
    GradientDescentRule(
      learningRate: learningRate ?? 0.01, momentum: momentum ?? 0.9, weightDecay: weightDecay ?? 5e-4,
      nesterov: nesterov)
  }
}
