import ArgumentParser
import ModelOptions
import NetworkInNetwork
import Reporting

/// The measurements to make.
struct PlanOptions: ParsableArguments {
  @Option(
    name: [.customLong("backends"), .customLong("backend")],
    help: "The backends, separated by commas. (default: dnnl,openblas, if they are built)",
    completion: .commaSeparatedWords { BackendRegistry.entries.map(\.name) })
  var backends: CommaSeparated<String>?

  @Option(help: "The precisions, separated by commas. (default: all of each backend except float64)")
  var precision: CommaSeparated<Precision>?

  @Option(help: "The tasks: training, prediction or both, separated by a comma.")
  var tasks = CommaSeparated(Configuration.Task.allCases)

  @Option(help: "The network: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")).")
  var model = ModelCatalog.nin

  @OptionGroup var design: NiNOptions

  @Option(
    parsing: .unconditional,
    help: """
      The numbers of threads, separated by commas. (default: OMP_NUM_THREADS, otherwise the processors available to the \
      process)
      """)
  var threads: CommaSeparated<Int>?

  @Option(
    name: [.customLong("batch-sizes"), .customLong("batch-size")], parsing: .unconditional,
    help: "The batch sizes, separated by commas. (default: 128, and 1 in prediction)")
  var batchSizes: CommaSeparated<Int>?

  @Option(
    name: [.customLong("image-sizes"), .customLong("image-size")], parsing: .unconditional,
    help: "Heights and widths of the images, separated by commas. (default: the model's default)")
  var imageSizes: CommaSeparated<Int>?

  @Option(
    parsing: .unconditional,
    help: "The number of images that a thread computes at a time. (default: automatic)")
  var microBatch: Int?

  @Option(
    name: .customLong("conv-algorithm"),
    help: "The convolution algorithm: direct, winograd, or auto, the faster one for each convolution.")
  var convolutions = ConvolutionChoice.automatic

  func validate() throws {
    let limits: [(String, [Int], Int)] = [
      ("--threads", threads?.values ?? [], 1024), ("--batch-sizes", batchSizes?.values ?? [], 1 << 16),
      ("--image-sizes", imageSizes?.values ?? [], 1 << 13),
      ("--micro-batch", microBatch.map { [$0] } ?? [], 1 << 16),
    ]
    try asUsageError { try BackendRegistry.requireKnown(backends?.values ?? []) }
    _ = try design.choice(model)
    for (name, values, limit) in limits {
      for value in values where !(1...limit).contains(value) {
        throw ValidationError("\(name) has \(value); it must be between 1 and \(limit)")
      }
    }
  }

  /// The requested backends, or the default ones.
  var backendNames: [String] { backends?.values ?? Self.defaultBackends }

  /// The available fast backends; if there are none, the others.
  static var defaultBackends: [String] {
    let available = BackendRegistry.entries.filter { (try? $0.make(BackendOptions())) != nil }.map(\.name)
    let fast = available.filter { $0 == "dnnl" || $0 == "openblas" }
    return fast.isEmpty ? available : fast
  }

  /// Whether it is NiN with one number of threads, one size and an automatic micro-batch, which can be compared with
  /// other frameworks.
  var isOfOneSize: Bool {
    model == .nin && design.given.isEmpty && microBatch == nil && threadCounts.count == 1 && sides.count == 1
      && (batchSizes?.values.count ?? 1) == 1
  }

  /// The sizes of images.
  var sides: [Int] { imageSizes?.values ?? [model.defaultImageSize] }

  /// The numbers of threads.
  var threadCounts: [Int] { threads?.values ?? [ThreadPool.automatic.count] }

  /// Everything to measure, in order.
  ///
  /// - Returns: At least one configuration; configurations that differ only in the backend are adjacent.
  /// - Throws: ``BenchmarkError`` if a backend is unavailable or supports none of the precisions, or the images are too
  ///   small for the model.
  func configurations() throws -> [Configuration] {
    let backends = try ableBackends()
    let network = try design.choice(model)
    for size in sides { try requireFit(size, network) }
    var result: [Configuration] = []
    for task in tasks.values {
      let batches = batchSizes?.values ?? (task == .training ? [128] : [128, 1])
      for (size, batch) in sides.flatMap({ size in batches.map { (size, $0) } }) {
        for (name, precision) in backends.flatMap({ name, all in all.map { (name, $0) } }) {
          result += threadCounts.map {
            Configuration(
              task: task, backend: name, precision: precision, model: model.rawValue,
              design: network.design == .book ? nil : network.design, imageSize: size,
              batchSize: batch, microBatch: microBatch, convolutions: convolutions, threads: $0)
          }
        }
      }
    }
    return result
  }

  /// The backends, each with the requested precisions that it supports.
  ///
  /// A requested backend must support at least one; default ones that support none are skipped.
  private func ableBackends() throws -> [(name: String, precisions: [Precision])] {
    let available = try backendNames.map {
      (
        name: $0,
        precisions: try BackendRegistry.backend(named: $0, options: BackendOptions()).information.precisions
      )
    }
    guard let wanted = precision?.values else {
      return available.map { ($0.name, $0.precisions.filter { $0 != .float64 }) }
    }
    let able = available.map { backend in (backend.name, wanted.filter(backend.precisions.contains)) }
    for (backend, possible) in zip(available, able) where possible.1.isEmpty {
      guard backends == nil, able.contains(where: { !$0.1.isEmpty }) else {
        func list(_ precisions: [Precision]) -> String { precisions.map(\.rawValue).joined(separator: ", ") }
        throw BenchmarkError(
          "\(backend.name) does not compute in \(list(wanted)) on this machine; it has \(list(backend.precisions))"
        )
      }
    }
    return able.filter { !$0.1.isEmpty }
  }

  private func requireFit(_ size: Int, _ network: ModelChoice) throws {
    do {
      _ = try network.model(classes: model.defaultClasses).resolved(for: [
        1, model.defaultChannels, size, size,
      ])
    } catch {
      throw BenchmarkError("\(network) does not take images of \(size)×\(size): \(error)")
    }
  }
}

extension Precision: ExpressibleByArgument {
  /// Parses the names, and `bfloat16` as `bf16`.
  public init?(argument: String) {
    self.init(rawValue: argument == "bfloat16" ? "bf16" : argument)
  }
}

extension ConvolutionChoice: ExpressibleByArgument {}

extension Configuration.Task: ExpressibleByArgument {}

/// Values of one option, separated by commas: `--threads 1,2`.
///
/// Duplicates count once.
struct CommaSeparated<Value: ExpressibleByArgument & Equatable>: ExpressibleByArgument {
  let values: [Value]

  init(_ values: [Value]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let all = parts.compactMap(Value.init(argument:))
    guard all.count == parts.count else { return nil }
    values = all.reduce(into: []) { kept, value in
      if !kept.contains(value) { kept.append(value) }
    }
  }

  var defaultValueDescription: String {
    values.map(\.defaultValueDescription).joined(separator: ",")
  }
}
