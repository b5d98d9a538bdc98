import ChildProcesses

/// Downloads with the system's `curl`, which handles proxies, redirects and certificates.
///
/// The alternative, FoundationNetworking, would add 7 ms and 7 MB to the start of every program that uses this library.
struct Curl {
  /// The result of a download.
  enum Ending: Equatable {
    /// The file is as the server sent it.
    case complete
    /// The server cannot resume in the middle of the file.
    case cannotResume
    /// The server sends more than the file should have.
    case tooLong
    /// Another error, described in one line.
    case failed(String)
  }

  private let program: String
  private let environment: [String: String]

  /// Finds curl in the folders of `PATH`.
  ///
  /// - Parameter environment: The environment's variables, which are passed to curl.
  /// - Throws: ``DatasetError`` if it is not installed.
  init(environment: [String: String]) throws {
    guard let program = ChildProcess.find("curl", environment: environment) else {
      throw DatasetError.downloadFailed(
        url: nil, reason: "downloading needs curl, which was not found; install it with 'apt install curl'")
    }
    self.program = program
    self.environment = environment
  }

  /// Downloads to a file; its present contents are taken as the beginning.
  ///
  /// - Parameters:
  ///   - url: The URL to download.
  ///   - path: The file.
  ///   - maximumByteCount: The maximum size of the file.
  ///   - progress: Called several times per second with the size of the file in bytes.
  /// - Returns: The result.
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
    case (22, _): return .failed("the server responded with status \(status)")
    case (18, _): return .failed("the connection was lost; download again to resume")
    case (nil, _): return .failed("curl was stopped")
    case (let code?, _):
      return .failed(lines.first { $0.hasPrefix("curl:") }.map(String.init) ?? "curl's error code \(code)")
    }
  }
}
