import ChildProcesses
import Foundation
import TestSupport

@testable import Datasets

/// A web server on loopback with one folder, for one test.
final class FileServer {
  let folder: TemporaryFolder
  let address: String

  private let process = Process()

  /// Whether the programs are there that the tests of downloading need.
  static let isPossible = ["python3", "curl"].allSatisfy {
    ChildProcess.find($0, environment: ProcessInfo.processInfo.environment) != nil
  }

  init() throws {
    folder = try TemporaryFolder()
    let script = try fixture("file_server.py").path
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script, folder.path]
    process.standardOutput = output
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))"
  }

  deinit {
    // Not SIGTERM: the threads of tests block it, and children inherit that.
    kill(process.processIdentifier, SIGKILL)
  }

  /// The requests so far, as "way name range".
  var requests: [String] {
    let log = (try? folder.read("requests.log")) ?? Data()
    return String(decoding: log, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
