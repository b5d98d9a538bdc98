#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs another program and waits for it.
///
/// It uses `posix_spawn`, since Foundation's `Process` would make every program that uses this library load all of
/// Foundation at startup.
package enum ChildProcess {
  /// The outcome of a program.
  package struct Outcome {
    /// Its exit code; nil if a signal ended it.
    package let exitCode: Int32?
    /// The beginning of its standard output and error.
    package let output: String
    /// The peak resident memory in bytes, of it or of a program that it ran.
    ///
    /// On Linux it includes the memory of the caller, so a large caller cannot measure a small program.
    package let peakMemory: Int
  }

  /// Finds a program in the folders of `PATH`.
  ///
  /// - Parameters:
  ///   - name: The program's name.
  ///   - environment: The variables, for `PATH`.
  /// - Returns: Its path; nil if no folder has an executable of that name.
  package static func find(_ name: String, environment: [String: String]) -> String? {
    (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { isRegular($0) && access($0, X_OK) == 0 }
  }

  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - program: The program's path.
  ///   - arguments: Its arguments, without its name.
  ///   - environment: Its environment's variables.
  ///   - outputLimit: The number of bytes of its output to keep; the rest is discarded.
  ///   - shouldContinue: Called several times per second while the program runs; the program is ended if it returns
  ///     false.
  /// - Returns: The outcome.
  /// - Throws: ``ChildProcessError`` if it cannot be started.
  package static func run(
    _ program: String, arguments: [String], environment: [String: String], outputLimit: Int = 1 << 16,
    while shouldContinue: () -> Bool = { true }
  ) throws -> Outcome {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw ChildProcessError.noPipe(code: errno)
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let started = Result {
      try spawn(program, arguments: arguments, environment: environment, output: ends[1])
    }
    close(ends[1])
    let process = try started.get()
    let output = collect(from: ends[0], upTo: outputLimit) {
      if !shouldContinue() { kill(process, SIGTERM) }
    }
    let (exitCode, usage) = wait(for: process)
    return Outcome(
      exitCode: exitCode, output: String(decoding: output, as: UTF8.self),
      peakMemory: usage.ru_maxrss * bytesPerUnitOfMemory)
  }

  private static func spawn(
    _ program: String, arguments: [String], environment: [String: String], output: Int32
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    // The program must not inherit signals that the calling thread blocks, or it could not be ended.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let code = withCStrings([program] + arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&process, program, &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else {
      throw ChildProcessError.notStarted(program: program, code: code)
    }
    return process
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }

  private static func collect(from pipe: Int32, upTo limit: Int, meanwhile: () -> Void) -> [UInt8] {
    var collected: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      var state = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let ready = poll(&state, 1, 100)
      meanwhile()
      guard ready > 0 else { continue }
      let count = read(pipe, &piece, piece.count)
      guard count > 0 else { return collected }
      collected += piece[..<min(count, limit - collected.count)]
    }
  }

  private static func wait(for process: pid_t) -> (exitCode: Int32?, usage: rusage) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { return (nil, usage) }
    }
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : nil, usage)
  }

  #if canImport(Darwin)
    private static let bytesPerUnitOfMemory = 1
  #else
    private static let bytesPerUnitOfMemory = 1024
  #endif
}
