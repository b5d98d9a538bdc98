import ArgumentParser
import NetworkInNetwork

/// The shared options as the command itself knows them.
///
/// The argument parser gives the command all options that it knows, wherever they stand, so that these collect
/// both sides of the subcommand; and it knows values by the names of the properties, so that those of
/// ``SharedOptions`` need other names.
struct LeadingOptions: ParsableArguments {
  @Option(name: .customLong("backend"), parsing: .singleValue, help: SharedOptions.backendHelp)
  var backends: [String] = []

  @Option(name: .customLong("threads"), parsing: .unconditionalSingleValue, help: SharedOptions.threadsHelp)
  var threadCounts: [Int] = []

  func validate() throws {
    for threads in threadCounts where !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must lie between 1 and 1024")
    }
  }
}

/// The options that may stand before or after the subcommand, after it.
struct SharedOptions: ParsableArguments {
  static let backendHelp: ArgumentHelp =
    "Who computes: dnnl, openblas, reference, or another registered backend. (default: dnnl)"
  static let threadsHelp: ArgumentHelp =
    "How many threads all loops and libraries use together. (default: all processors)"

  @Option(help: SharedOptions.backendHelp)
  var backend: String?

  @Option(parsing: .unconditional, help: SharedOptions.threadsHelp)
  var threads: Int?

  /// These options together with what the command itself was given.
  ///
  /// - Throws: `ValidationError` if an option was given twice with different values.
  func merged(with leading: LeadingOptions) throws -> SharedOptions {
    var merged = self
    merged.backend = try Self.only("--backend", leading.backends + [backend].compactMap(\.self))
    merged.threads = try Self.only("--threads", leading.threadCounts + [threads].compactMap(\.self))
    return merged
  }

  private static func only<Value: Equatable>(_ name: String, _ values: [Value]) throws -> Value? {
    guard let first = values.first else { return nil }
    if let other = values.first(where: { $0 != first }) {
      throw ValidationError("\(name) is given twice, as \(first) and as \(other); give it once")
    }
    return first
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
    try shared.merged(with: parent.leading)
  }
}
