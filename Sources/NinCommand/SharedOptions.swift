import ArgumentParser
import NetworkInNetwork

/// The options that may stand before or after the subcommand.
struct SharedOptions: ParsableArguments {
  @Option(help: "Who computes: dnnl, openblas, reference, or another registered backend. (default: dnnl)")
  var backend: String?

  @Option(
    parsing: .unconditional,
    help: "How many threads all loops and libraries use together. (default: all processors)")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
    }
  }

  /// These options where they were given, otherwise those from the other side of the subcommand.
  ///
  /// - Throws: `ValidationError` if both sides were given and differ.
  func merged(with other: SharedOptions) throws -> SharedOptions {
    var merged = self
    merged.backend = try Self.agreed("--backend", backend, other.backend)
    merged.threads = try Self.agreed("--threads", threads, other.threads)
    return merged
  }

  private static func agreed<Value: Equatable>(
    _ name: String, _ after: Value?, _ before: Value?
  ) throws -> Value? {
    if let after, let before, after != before {
      throw ValidationError("\(name) is given twice, as \(before) and as \(after); give it once")
    }
    return after ?? before
  }

  /// The threads that were asked for.
  var pool: ThreadPool { threads.map(ThreadPool.init(count:)) ?? .allProcessors }

  /// The backend that was asked for.
  func makeBackend() throws -> any Backend {
    let name = backend ?? BackendRegistry.entries.first?.name ?? "dnnl"
    return try BackendRegistry.backend(named: name, threads: pool)
  }
}

/// A subcommand that takes the shared options after its own name too.
protocol SharedOptionsCommand: ParsableCommand {
  /// The command before it.
  var parent: Nin { get }
  /// What was given after its name.
  var shared: SharedOptions { get }
}

extension SharedOptionsCommand {
  /// The shared options from both sides.
  func allSharedOptions() throws -> SharedOptions {
    try shared.merged(with: parent.shared)
  }
}
