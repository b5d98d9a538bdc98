import ArgumentParser
import NetworkInNetwork

/// The training steps to judge instead of a single pass.
struct ExperimentTrainingOptions: ParsableArguments {
  /// The rules that can be judged.
  enum Optimizer: String, CaseIterable, ExpressibleByArgument {
    case sgd, adamw
  }

  @Option(
    name: .customLong("train"), parsing: .unconditional,
    help: """
      Train for N steps on each backend instead, and judge each step separately. By default images are 96×96, or \
      the model's default if that is smaller, and batches of 4.
      """)
  var steps: Int?

  @Option(help: "The optimizer of --train: sgd (the default) or adamw.")
  var optimizer: Optimizer?

  @Option(
    parsing: .unconditional, help: "The learning rate of --train. (default: 0.01, with adamw 0.001)")
  var learningRate: Double?

  @Option(parsing: .unconditional, help: "Momentum of --train with sgd, 0 to 1. (default: 0.9)")
  var momentum: Double?

  @Option(parsing: .unconditional, help: "Weight decay of --train. (default: 0.0005, with adamw 0.01)")
  var weightDecay: Double?

  @Flag(help: "Train with Nesterov momentum.")
  var nesterov = false

  @Flag(help: "Apply weight decay to biases and batch normalization too in --train.")
  var decayEverything = false

  @Option(
    help: ArgumentHelp("Plot the losses of --train.", valueName: "out.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  func validate() throws {
    try requirePositive([("--train", steps)])
    try requireRule(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    let given = [
      ("--optimizer", optimizer != nil), ("--learning-rate", learningRate != nil),
      ("--momentum", momentum != nil), ("--weight-decay", weightDecay != nil), ("--nesterov", nesterov),
      ("--decay-everything", decayEverything), ("--plot", plot != nil),
    ].filter(\.1).map(\.0)
    guard steps != nil || given.isEmpty else {
      throw ValidationError(
        "\(given.joined(separator: " and ")) \(given.count == 1 ? "requires" : "require") --train")
    }
    if optimizer == .adamw, momentum != nil || nesterov {
      throw ValidationError("\(nesterov ? "--nesterov" : "--momentum") requires --optimizer sgd")
    }
    guard !nesterov || momentum != 0 else {
      throw ValidationError("--nesterov needs a --momentum of more than 0")
    }
  }

  /// The rule of the updates; momentum and weight decay are on, so that they are judged too.
  var rule: UpdateRule {
    switch optimizer ?? .sgd {
    case .sgd:
      .gradientDescent(
        GradientDescentRule(
          learningRate: learningRate ?? 0.01, momentum: momentum ?? 0.9, weightDecay: weightDecay ?? 5e-4,
          nesterov: nesterov, decaysEverything: decayEverything))
    case .adamw:
      .adamW(
        AdamWRule(
          learningRate: learningRate ?? 0.001, weightDecay: weightDecay ?? 0.01,
          decaysEverything: decayEverything))
    }
  }
}
