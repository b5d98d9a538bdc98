import ArgumentParser
import NetworkInNetwork
import Reporting

/// The options that are accepted before and after the subcommand.
///
/// The argument parser gives the command and its subcommand the same value, collected from both; so every occurrence of
/// an option is kept, in order to detect contradictions.
struct SharedOptions: ParsableArguments {
  @Option(
    name: .customLong("backend"),
    help: ArgumentHelp(
      "The backend to run on: dnnl, openblas, blis, reference, or another registered backend. (default: dnnl)",
      valueName: "backend"),
    completion: .backend)
  private var backends: [String] = []

  @Option(
    name: .customLong("threads"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      The number of threads for all loops and libraries together. (default: OMP_NUM_THREADS, otherwise the processors \
      available to the process)
      """,
      valueName: "threads"))
  private var threadCounts: [Int] = []

  /// The backend's name, if one was given.
  var backend: String? { backends.first }

  func validate() throws {
    for count in threadCounts where !(1...ThreadPool.maximumCount).contains(count) {
      throw ValidationError("--threads is \(count); it must be between 1 and \(ThreadPool.maximumCount)")
    }
    try asUsageError { try BackendRegistry.requireKnown(backends) }
    try Self.requireEqual("--backend", backends)
    try Self.requireEqual("--threads", threadCounts)
  }

  private static func requireEqual<Value: Equatable>(_ name: String, _ values: [Value]) throws {
    guard let first = values.first, let other = values.first(where: { $0 != first }) else { return }
    throw ValidationError("\(name) is given twice, as \(first) and as \(other); give it once")
  }

  /// The number of threads, if one was given.
  var threads: Int? { threadCounts.first }

  /// The requested threads.
  var pool: ThreadPool { threads.map(ThreadPool.init(count:)) ?? .automatic }

  private static let defaultBackend = "dnnl"

  /// The requested backend, otherwise the default; if that is missing, another, with a notice.
  ///
  /// - Parameters:
  ///   - allowsEmulation: Whether precisions that the CPU lacks may be emulated.
  ///   - convolutions: The choice of algorithms for convolutions, if one was given.
  ///   - usual: The name of the backend if none was requested; nil for the default.
  /// - Returns: The backend.
  /// - Throws: `BackendError` if it is unavailable, or lacks the algorithm.
  func makeBackend(
    allowsEmulation: Bool = false, convolutions: ConvolutionChoice? = nil, usual: String? = nil
  ) throws -> any Backend {
    let backend = try makeAvailableBackend(usual: usual, allowsEmulation: allowsEmulation)
    if let convolutions { try backend.requireAlgorithm(of: convolutions) }
    return backend
  }

  private func makeAvailableBackend(usual: String?, allowsEmulation: Bool) throws -> any Backend {
    if let backend = backend ?? usual {
      return try makeBackend(named: backend, allowsEmulation: allowsEmulation)
    }
    let options = BackendOptions(threads: pool, allowsEmulation: allowsEmulation)
    do {
      return try BackendRegistry.backend(named: Self.defaultBackend, options: options)
    } catch let error as BackendError {
      guard let other = BackendRegistry.entries.lazy.compactMap({ try? $0.make(options) }).first else {
        throw error
      }
      Log.notice("\(error)\(ErrorAdvice.text(on: error)); using \(other.name) instead")
      return other
    }
  }

  /// A backend by its name.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - allowsEmulation: Whether precisions that the CPU lacks may be emulated.
  /// - Returns: The backend.
  /// - Throws: `BackendError` if it is unavailable.
  func makeBackend(named name: String, allowsEmulation: Bool) throws -> any Backend {
    try BackendRegistry.backend(
      named: name, options: BackendOptions(threads: pool, allowsEmulation: allowsEmulation))
  }
}

/// Precision, micro-batch and convolution algorithm: they change speed and memory, and results only by rounding.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The precision of activations: float32 (the default), bf16 (dnnl, on a CPU with bf16 instructions) or float64 "
        + "(reference).",
      valueName: "precision"))
  var precision: Precision?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of images that a thread computes at a time; fewer take less memory, and the last bits of results depend "
        + "on it. (default: chosen from the network and the batch size)",
      valueName: "images"))
  var microBatch: Int?

  @Option(
    name: .customLong("conv-algorithm"),
    help: ArgumentHelp(
      "The convolution algorithm: direct, winograd (for stride 1 and kernels of 3 or 5, faster but with larger "
        + "rounding errors), or auto (the default), the faster one for each convolution.",
      valueName: "algorithm"))
  var convolutions: ConvolutionChoice?

  @Flag(help: "Emulate bf16, slowly, on a CPU without its instructions.")
  var allowEmulation = false

  func validate() throws {
    try requirePositive([("--micro-batch", microBatch)])
  }
}

extension ConvolutionChoice: ExpressibleByArgument {}

extension Network {
  /// Notifies the user if winograd was requested but applies to no convolution of the network.
  func announceMissing(_ convolutions: ConvolutionChoice?) {
    guard convolutions == .winograd, layers(by: .winograd).isEmpty else { return }
    Log.notice(
      "--conv-algorithm winograd has no effect: the network has no convolution of stride 1 with a kernel of 3 or 5"
    )
  }
}

extension Precision: ExpressibleByArgument {
  /// Parses the names, and `bfloat16` as `bf16`.
  public init?(argument: String) {
    self.init(rawValue: argument == "bfloat16" ? "bf16" : argument)
  }
}
