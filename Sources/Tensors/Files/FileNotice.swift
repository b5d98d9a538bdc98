import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Notices for the user about files that were written, though nothing failed.
///
/// The code that writes a file may be many calls away from the code that talks to the user, so a program registers one
/// listener for all files.
package enum FileNotice {
  private struct State {
    var listener: (@Sendable (String) -> Void)?
    var paths: Set<String> = []
  }

  private static let state = Mutex(State())

  /// Sets the listener.
  ///
  /// - Parameter listener: Receives each notice, as one line.
  package static func listen(_ listener: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.listener = listener }
  }

  /// Reports, once per file, that it was overwritten instead of replaced.
  static func post(writtenInPlace path: String, because code: Int32) {
    let listener = state.withLock { state in
      state.paths.insert(path).inserted ? state.listener : nil
    }
    listener?(
      "\(path.onOneLine(atMost: 4096)) was written in place, because the file cannot be replaced "
        + "(\(String(cString: strerror(code)))); if writing is interrupted, it is incomplete")
  }
}
