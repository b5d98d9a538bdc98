import Foundation
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin data fetch")
  struct FetchTests {
    private static let hasServer = ["python3", "curl"].allSatisfy { program in
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    @Test(
      "rejects an invalid address", arguments: ["", "ftp://localhost/", "file:///etc/", "localhost"])
    func noAddress(address: String) throws {
      expectFailure(try nin("data", "fetch", "--from", address, "--to", "cache", in: folder), naming: address)
      #expect(try folder.names().isEmpty)
    }

    @Test(
      "reports a server's response, and keeps no wrong file",
      .enabled(if: hasServer, "needs python3 and curl")
    )
    func wrongAnswers() throws {
      try FileManager.default.createDirectory(
        atPath: folder.path("served"), withIntermediateDirectories: true)
      let server = try LoopbackServer(of: folder.path("served"))
      let absent = try nin("data", "fetch", "--from", server.address, "--to", "cache", in: folder)
      expectFailure(absent, naming: "\(server.address)train-images-idx3-ubyte.gz", "404")
      #expect(try folder.names(in: "cache").isEmpty)

      try folder.write(Data("another file".utf8), to: "served/train-images-idx3-ubyte.gz")
      let wrong = try nin("data", "fetch", "--from", server.address, "--to", "cache", in: folder)
      expectFailure(wrong, naming: "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d")
      #expect(try folder.names(in: "cache").isEmpty)
    }

    @Test(
      "reports that the server cannot be reached, and names an invalid folder",
      .enabled(if: hasServer, "needs curl")
    )
    func nobodyListens() throws {
      expectFailure(
        try nin("data", "fetch", "--from", "http://127.0.0.1:9/", "--to", "cache", in: folder),
        naming: "http://127.0.0.1:9/train-images-idx3-ubyte.gz")
      try folder.write(Data(), to: "file")
      for place in ["file", "file/below", "/proc/nin"] {
        expectFailure(
          try nin("data", "fetch", "--from", "http://127.0.0.1:9/", "--to", place, in: folder), naming: place)
      }
    }
  }
}

/// Python's file server on a free port of this machine.
private final class LoopbackServer {
  let address: String
  private let process = Process()

  init(of directory: String) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", directory,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It prints "Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ..." as soon as it listens.
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "port"), place + 1 < words.count else {
      throw NinProcess.Failure(description: "python3's server does not listen: \(line)")
    }
    address = "http://127.0.0.1:\(words[place + 1])/"
  }

  deinit {
    // It inherits the signals that a thread of Dispatch blocks, SIGTERM among them.
    kill(process.processIdentifier, SIGKILL)
  }
}
