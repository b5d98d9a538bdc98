import ChildProcesses

/// Downloads with the system's `curl`, which knows proxies, redirections and certificates.
///
/// The alternative, FoundationNetworking, would cost every program that uses this library 7 ms and 7 MB at its
/// start.
struct Curl {
  /// How a download ended.
  enum Ending: Equatable {
    /// The file has all that the server sent.
    case complete
    /// The server cannot go on in the middle of the file.
    case cannotResume
    /// The server sends more than the file has.
    case tooLong
    /// Something else; the line says what.
    case failed(String)
  }

  private let program: String
  private let environment: [String: String]

  /// Finds curl in the folders of `PATH`.
  ///
  /// - Parameter environment: The environment's variables, which curl gets as well.
  /// - Throws: ``DatasetError`` if it is not there.
  init(environment: [String: String]) throws {
    guard let program = ChildProcess.find("curl", environment: environment) else {
      throw DatasetError.downloadFailed(
        url: nil, reason: "downloading needs curl, which is not there; 'apt install curl' brings it")
    }
    self.program = program
    self.environment = environment
  }

  /// Downloads to a file; what it already holds is taken as the beginning.
  ///
  /// - Parameters:
  ///   - url: What to download.
  ///   - path: The file.
  ///   - maximumByteCount: How long the file may become.
  ///   - progress: Called several times a second with the bytes that the file has.
  /// - Returns: How it ended.
  /// - Throws: `ChildProcessError` if curl cannot be started.
  func download(
    _ url: String, to path: String, maximumByteCount: Int, progress: (Int) -> Void
  ) throws -> Ending {
    var isTooLong = false
    let outcome = try ChildProcess.run(
      program, arguments: Self.options + ["--output", path, "--url", url], environment: environment
    ) {
      let byteCount = SystemFile.byteCount(of: path)
      isTooLong = byteCount > maximumByteCount
      if !isTooLong { progress(byteCount) }
      return !isTooLong
    }
    isTooLong = isTooLong || SystemFile.byteCount(of: path) > maximumByteCount
    return isTooLong ? .tooLong : Self.ending(outcome)
  }

  private static let options = [
    "--silent", "--show-error", "--fail", "--location", "--globoff", "--proto", "=http,https",
    "--connect-timeout", "20", "--speed-limit", "1", "--speed-time", "30", "--continue-at", "-",
    "--write-out", "\nstatus=%{http_code}\n",
  ]

  private static func ending(_ outcome: ChildProcess.Outcome) -> Ending {
    let lines = outcome.output.split(separator: "\n")
    let status = lines.last { $0.hasPrefix("status=") }?.dropFirst("status=".count) ?? ""
    switch (outcome.exitCode, status) {
    case (0, _): return .complete
    case (33, _), (22, "416"): return .cannotResume
    case (22, _): return .failed("the server answers \(status)")
    case (18, _): return .failed("the connection ended early; 'nin data fetch' again goes on from there")
    case (nil, _): return .failed("curl was stopped")
    case (let code?, _):
      return .failed(lines.first { $0.hasPrefix("curl:") }.map(String.init) ?? "curl's error \(code)")
    }
  }
}
