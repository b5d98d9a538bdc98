import Backends
import ReferenceBackend

/// The backends that this build has, a line each.
enum CheckedBackends {
  static let threads = ThreadPool(count: 2)

  static func all() throws -> [any Backend] {
    [
      Reference(threads: threads)
    ]
  }
}
