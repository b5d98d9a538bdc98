#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A shared library that is loaded at run time and never unloaded.
public struct DynamicLibrary: Sendable {
  private let name: String
  private nonisolated(unsafe) let handle: UnsafeMutableRawPointer

  /// Loads the first of some libraries that can be loaded; nil if none can.
  ///
  /// - Parameters:
  ///   - names: File names, which the loader searches for in its usual folders, or paths.
  ///   - environment: A variable that is set while the library is loaded, for libraries that read their number of
  ///     threads from it. It is restored afterwards, so that child processes do not inherit it.
  public init?(firstOf names: [String], setting environment: (name: String, value: String)) {
    let before = getenv(environment.name).map { String(cString: $0) }
    setenv(environment.name, environment.value, 1)
    defer {
      if let before { setenv(environment.name, before, 1) } else { unsetenv(environment.name) }
    }
    for name in names {
      guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
      self.name = name
      self.handle = handle
      return
    }
    return nil
  }

  /// Finds a function.
  ///
  /// - Parameters:
  ///   - symbol: Its name in C.
  ///   - type: Its type, which must be correct.
  /// - Returns: The function.
  /// - Throws: ``BackendError`` if the library has no such function.
  public func function<Function>(_ symbol: String, as type: Function.Type) throws(BackendError) -> Function {
    guard let address = dlsym(handle, symbol) else {
      throw BackendError.unavailable(
        reason: "\(name) lacks the function \(symbol), which this backend needs; install another version")
    }
    return unsafeBitCast(address, to: type)
  }
}
