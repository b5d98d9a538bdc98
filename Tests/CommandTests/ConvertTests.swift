import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  /// Docs/convert.py is run with `python3`, or with what NIN_PYTHON names, where that has the packages.
  @Suite("Docs/convert.py")
  struct ConvertTests {
    private static let python = ProcessInfo.processInfo.environment["NIN_PYTHON"] ?? "python3"
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    private static func run(
      _ arguments: [String], in folder: TemporaryFolder? = nil, errors: Any = FileHandle.nullDevice
    ) -> Int32? {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [python] + arguments
      process.currentDirectoryURL = folder?.url
      process.standardError = errors
      guard (try? process.run()) != nil else { return nil }
      process.waitUntilExit()
      return process.terminationStatus
    }

    private static let hasKeras = run(["-c", "import keras, h5py, safetensors, numpy"]) == 0
    private static let hasFlax = run(["-c", "import flax, jax, safetensors, numpy"]) == 0

    @Test(
      "converts Keras's weights and whole models, and back", .enabled(if: hasKeras, "needs Keras"),
      arguments: ["weights.h5", "keras"])
    func keras(ending: String) throws {
      try roundTrip("convert_keras.py", ending)
    }

    @Test("converts Flax's weights, and back", .enabled(if: hasFlax, "needs Flax"))
    func flax() throws {
      try roundTrip("convert_flax.py", "msgpack")
    }

    /// The other library's logits come out of its converted weights here, and of what is converted back there.
    private func roundTrip(_ script: String, _ ending: String) throws {
      let folder = try TemporaryFolder()
      let theirs = Self.tests.appendingPathComponent(script).path
      let convert = Self.tests.appendingPathComponent("../../Docs/convert.py").path
      #expect(Self.run([theirs, "make", "theirs.\(ending)", "x.npy", "logits.npy"], in: folder) == 0)
      #expect(Self.run([convert, "theirs.\(ending)", "net.safetensors"], in: folder) == 0)
      expectSuccess(
        try nin(
          "predict", "--backend", TestedBackends.fastest, "--checkpoint", "net.safetensors", "--input",
          "x.npy",
          "--output", "y.npy", in: folder))
      let expected = try NPY.read(folder.path("logits.npy"))
      let logits = try NPY.read(folder.path("y.npy"))
      #expect(logits.shape == [2, 10] && expected.shape == [2, 10])
      #expect(zip(logits.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(Set(expected.elements).count > 10)
      #expect(Self.run([convert, "net.safetensors", "back.\(ending)"], in: folder) == 0)
      #expect(Self.run([theirs, "check", "back.\(ending)", "x.npy", "logits.npy"], in: folder) == 0)
    }

    @Test(
      "rejects weights of other networks by name",
      .enabled(if: run(["-c", "import safetensors, numpy"]) == 0, "needs safetensors and numpy"))
    func others() throws {
      let folder = try TemporaryFolder()
      let convert = Self.tests.appendingPathComponent("../../Docs/convert.py").path
      try UntrainedNetwork.writePlain(to: "net.safetensors", in: folder) { $0.removeLast() }
      #expect(Self.run([convert, "net.safetensors", "net.msgpack"], in: folder) == 1)
      #expect(Self.run([convert, "net.safetensors", "net.safetensors"], in: folder) == 1)
      #expect(Self.run([convert, "net.safetensors"], in: folder) == 1)
      #expect(try folder.names() == ["net.safetensors"])
    }

    @Test(
      "says in one line which file cannot be read",
      .enabled(if: run(["-c", "import safetensors, numpy"]) == 0, "needs safetensors and numpy"),
      arguments: ["absent.safetensors", "text.safetensors"])
    func unreadable(name: String) throws {
      let folder = try TemporaryFolder()
      try folder.write(Data("Not Found".utf8), to: "text.safetensors")
      let convert = Self.tests.appendingPathComponent("../../Docs/convert.py").path
      let errors = Pipe()
      #expect(Self.run([convert, name, "net.msgpack"], in: folder, errors: errors) == 1)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(
        text.hasPrefix("\(name) cannot be read: ") && text.split(separator: "\n").count == 1, "\(text)")
    }
  }
}
