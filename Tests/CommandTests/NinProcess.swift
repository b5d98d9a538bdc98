import Foundation
import TestSupport

/// The executable `nin`, run as a user runs it: as a process of its own, without a terminal.
final class NinProcess {
  /// The files of a run.
  struct Run {
    let exitCode: Int32
    /// Whether a signal ended it, as a trap does.
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  /// Not the folder in which it runs, which holds only what the command makes.
  private let logs: TemporaryFolder
  private let outputFile: URL
  private let errorFile: URL
  private let command: String

  /// Starts the command in a folder, which is its home as well, so that it finds no cache of the user's; its
  /// threads do not spin while they wait, because other tests run at the same time.
  convenience init(_ arguments: [String], in folder: TemporaryFolder) throws {
    try self.init(
      Self.executable(), arguments, command: "nin " + arguments.joined(separator: " "), in: folder)
  }

  /// Starts a line of shell in which `nin` is the command, in a folder as above.
  convenience init(shell line: String, in folder: TemporaryFolder) throws {
    try self.init(URL(fileURLWithPath: "/bin/bash"), ["-c", line], command: line, in: folder)
  }

  private init(
    _ program: URL, _ arguments: [String], command: String, in folder: TemporaryFolder
  ) throws {
    self.command = command
    logs = try TemporaryFolder()
    outputFile = logs.url.appendingPathComponent("output")
    errorFile = logs.url.appendingPathComponent("errors")
    try Data().write(to: outputFile)
    try Data().write(to: errorFile)
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    let environment = ProcessInfo.processInfo.environment
    let path =
      "\(try Self.executable().deletingLastPathComponent().path):\(environment["PATH", default: "/bin"])"
    process.environment = environment.merging(
      ["HOME": folder.url.path, "XDG_CACHE_HOME": "", "OMP_WAIT_POLICY": "passive", "PATH": path]
    ) { $1 }
    try process.run()
  }

  /// The executable is next to the bundle of the tests.
  private static func executable() throws -> URL {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let programs = bundles + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let candidates = programs.map { $0.deletingLastPathComponent().appendingPathComponent("nin") }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) })
    else {
      throw Failure(description: "there is no executable 'nin' at \(candidates.map(\.path))")
    }
    return found
  }

  /// The output so far.
  var output: String { Self.text(outputFile) }

  /// The number of the process.
  var identifier: Int32 { process.processIdentifier }

  /// Sends it a signal.
  func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// Waits until it has printed something.
  func wait(forOutput text: String, seconds: Double = 60) throws {
    try wait(seconds, for: "the output '\(text)'") { output.contains(text) || !process.isRunning }
    guard output.contains(text) else {
      throw Failure(description: "\(command) ended before it printed '\(text)': \(Self.text(errorFile))")
    }
  }

  /// Waits until it has ended.
  func finish(seconds: Double = 600) throws -> Run {
    try wait(seconds, for: "the end") { !process.isRunning }
    return Run(
      exitCode: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: output, errors: Self.text(errorFile))
  }

  private func wait(_ seconds: Double, for what: String, until condition: () -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while !condition() {
      guard Date() < deadline else {
        send(SIGKILL)
        throw Failure(description: "\(command): \(what) has not come in \(seconds) s")
      }
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  private static func text(_ file: URL) -> String {
    String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}

/// Runs a line of shell to its end.
func shell(_ line: String, in folder: TemporaryFolder) throws -> NinProcess.Run {
  try NinProcess(shell: line, in: folder).finish()
}

/// Runs the command to its end.
func nin(_ arguments: String..., in folder: TemporaryFolder) throws -> NinProcess.Run {
  try nin(arguments, in: folder)
}

/// Runs the command to its end.
func nin(_ arguments: [String], in folder: TemporaryFolder) throws -> NinProcess.Run {
  try NinProcess(arguments, in: folder).finish()
}
