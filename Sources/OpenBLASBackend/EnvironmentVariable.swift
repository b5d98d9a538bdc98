#if OpenBLAS
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// A variable of the process's environment.
  struct EnvironmentVariable {
    private let name: String

    /// Names a variable.
    init(_ name: String) {
      self.name = name
    }

    /// What it holds; nil where it is not set.
    var value: String? {
      getenv(name).map { String(cString: $0) }
    }

    /// Sets it while a function runs; then it is again as it was, for the processes that this one starts.
    ///
    /// - Parameters:
    ///   - temporary: What it holds meanwhile.
    ///   - body: The function.
    /// - Returns: What the function returns.
    func withValue<Result>(_ temporary: String, _ body: () -> Result) -> Result {
      let before = value
      setenv(name, temporary, 1)
      defer {
        if let before { setenv(name, before, 1) } else { unsetenv(name) }
      }
      return body()
    }
  }
#endif
