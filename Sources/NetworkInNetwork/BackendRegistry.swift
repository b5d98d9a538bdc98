import Backends
import Synchronization

/// The backends that can be selected by name: `dnnl`, `openblas`, `blis`, `reference`, and those that a program registers.
///
/// ```swift
/// let backend = try BackendRegistry.backend(named: "dnnl")
/// ```
///
/// A backend whose type is known needs no registry: `try DNNL()`.
public enum BackendRegistry {
  /// A backend that can be selected, available or not.
  public struct Entry: Sendable {
    /// The name that selects it.
    public let name: String
    /// A description in one line.
    public let summary: String
    /// Makes the backend; throws `BackendError` if it is unavailable.
    public let make: @Sendable (_ options: BackendOptions) throws -> any Backend

    /// Creates an entry.
    public init(
      name: String, summary: String,
      make: @escaping @Sendable (_ options: BackendOptions) throws -> any Backend
    ) {
      self.name = name
      self.summary = summary
      self.make = { options in
        try options.threads.requireThreads()
        return try make(options)
      }
    }
  }

  private static let registered = Mutex(builtIn)

  /// Adds a backend, replacing an earlier one of the same name.
  public static func register(_ entry: Entry) {
    registered.withLock { entries in
      entries.removeAll { $0.name == entry.name }
      entries.append(entry)
    }
  }

  /// All entries in the order in which they were registered.
  public static var entries: [Entry] {
    registered.withLock { $0 }
  }

  /// Makes the backend with a name.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - options: Its threads, and whether it may emulate a precision.
  /// - Returns: The backend.
  /// - Throws: `BackendError` if no backend has that name, or it is unavailable on this machine.
  public static func backend(
    named name: String, options: BackendOptions = BackendOptions()
  ) throws -> any Backend {
    try entry(named: name).make(options)
  }

  /// Requires names of backends, available or not.
  ///
  /// - Parameter names: The names.
  /// - Throws: `BackendError` if no backend has one of them.
  package static func requireKnown(_ names: [String]) throws {
    for name in names { _ = try entry(named: name) }
  }

  private static func entry(named name: String) throws -> Entry {
    let entries = entries
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw BackendError.unknownName(name, available: entries.map(\.name))
    }
    return entry
  }
}

/// The options common to all backends, given when one is made.
public struct BackendOptions: Sendable {
  /// The threads to use.
  public var threads: ThreadPool
  /// Whether a precision that the CPU has no instructions for may be emulated, which is slow.
  public var allowsEmulation: Bool

  /// Creates options.
  public init(threads: ThreadPool = .automatic, allowsEmulation: Bool = false) {
    self.threads = threads
    self.allowsEmulation = allowsEmulation
  }
}
