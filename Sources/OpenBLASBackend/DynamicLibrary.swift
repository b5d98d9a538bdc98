#if OpenBLAS
  import Backends

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// A shared library that is loaded while the process runs, and stays until it ends.
  struct DynamicLibrary {
    private let name: String
    private let handle: UnsafeMutableRawPointer

    /// Loads the first of some libraries that can be loaded; nil if none can.
    ///
    /// - Parameter names: File names, which the loader looks for in its usual places, or paths.
    init?(firstOf names: [String]) {
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
    ///   - type: Its type, which must be the right one.
    /// - Returns: The function.
    /// - Throws: `BackendError` if the library has no such function.
    func function<Function>(_ symbol: String, as type: Function.Type) throws(BackendError) -> Function {
      guard let address = dlsym(handle, symbol) else {
        throw BackendError("\(name) is no OpenBLAS that this backend can use: it has no \(symbol)")
      }
      return unsafeBitCast(address, to: type)
    }
  }
#endif
