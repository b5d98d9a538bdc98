import ArgumentParser
import NetworkInNetwork

/// In which numbers, and how many images at a time: what changes speed and memory, and results only in their last
/// digits.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "In which numbers activations are computed: float32, bf16 (dnnl on a CPU that has it) or float64 (reference). "
        + "(default: float32)",
      valueName: "precision"))
  var precision: Precision?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many images of a batch are computed at a time; fewer take less memory. (default: chosen)",
      valueName: "images"))
  var microBatch: Int?

  @Flag(help: "Let bf16 be emulated, slowly, on a CPU without its instructions.")
  var allowEmulation = false

  func validate() throws {
    try requirePositive([("--micro-batch", microBatch)])
  }
}

extension Precision: ExpressibleByArgument {
  /// Takes the names, and `bfloat16` for `bf16`.
  public init?(argument: String) {
    self.init(rawValue: argument == "bfloat16" ? "bf16" : argument)
  }
}
