import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a user has to know of a file that was written, though nothing failed.
///
/// Whoever writes the file may be many calls away from whoever talks to the user, so a program says once who listens.
package enum FileNotice {
  private struct State {
    var listener: (@Sendable (String) -> Void)?
    var paths: Set<String> = []
  }

  private static let state = Mutex(State())

  /// Says who listens from now on.
  ///
  /// - Parameter listener: Told each notice, one line.
  package static func listen(_ listener: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.listener = listener }
  }

  /// Tells, once for each file, that it was not replaced but overwritten.
  static func tell(writtenInPlace path: String, because code: Int32) {
    let listener = state.withLock { state in
      state.paths.insert(path).inserted ? state.listener : nil
    }
    listener?(
      "\(path.onOneLine(atMost: 4096)): written in place, because the file cannot be replaced "
        + "(\(String(cString: strerror(code)))); if writing is interrupted, it is incomplete")
  }
}
