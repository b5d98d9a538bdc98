import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  /// Docs/trace.py is run with `python3`, or with what NIN_PYTHON names, where that has PyTorch.
  @Suite("PyTorch's trace")
  struct PyTorchTraceTests {
    private static let python = ProcessInfo.processInfo.environment["NIN_PYTHON"] ?? "python3"

    private static let hasPyTorch = (try? run(["-c", "import torch, safetensors, numpy"])) == 0

    private static func run(_ arguments: [String], in folder: TemporaryFolder? = nil) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [python] + arguments
      process.currentDirectoryURL = folder?.url
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    @Test("by Docs/trace.py is within rounding of float64", .enabled(if: hasPyTorch, "there is no PyTorch"))
    func script() throws {
      let folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      expectSuccess(
        try nin(
          "trace", "--data", "data", "--image-size", "67", "--batch-size", "3", "--output",
          "ours.safetensors",
          in: folder))
      let ours = try SafetensorsFile(path: folder.path("ours.safetensors"))
      try NPY.write(ours.tensor("input", as: Float.self), to: folder.path("x.npy"))
      try NPY.write(ours.tensor("labels", as: Int64.self), to: folder.path("y.npy"))
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Docs/trace.py").path
      let status = try Self.run(
        [script, "ours.safetensors", "x.npy", "y.npy", "theirs.safetensors"], in: folder)
      #expect(status == 0)
      let theirs = try SafetensorsFile(path: folder.path("theirs.safetensors"))
      let given = ours.names.filter { $0.hasPrefix("parameters.") || $0 == "input" || $0 == "labels" }
      #expect(Set(theirs.names) == Set(ours.names).subtracting(given))
      let run = try nin(
        "verify", "--against", "theirs.safetensors", "--input", "x.npy", "--labels", "y.npy",
        "--backends", TestedBackends.fastest, in: folder)
      expectSuccess(run)
      #expect(run.output.contains("all tensors of the trace were compared"))
    }
  }
}
