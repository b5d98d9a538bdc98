import Foundation
import NetworkInNetwork
import TestSupport
import Testing

@testable import NinCommand

extension CommandTests {
  /// The library's errors do not know the options of the command; the lines that it prints do.
  @Suite("Errors of the library")
  struct ErrorAdviceTests {
    @Test("end in the options that help, which their own descriptions lack")
    func advice() {
      let lines: [(error: any Error, part: String)] = [
        (BackendError.tooFewThreads(started: 3, requested: 8), "--threads"),
        (NetworkError.tooFewThreads(started: 3, requested: 8), "--threads"),
        (NetworkError.backend(layer: "net.0", .tooFewThreads(started: 3, requested: 8)), "--threads"),
        (BackendError.unavailable(reason: "this build has no dnnl backend"), "'nin backends'"),
        (TrainingError.folderInUse(path: "out", holder: "process 7"), "--output"),
        (TrainingError.unwritable(path: "out", reason: "out cannot be locked; make it writable"), "--output"),
        (TrainingError.dataChanged(path: "out", sets: ["test"]), "--data"),
        (TrainingError.dataChanged(path: "out", sets: ["test"]), "--output"),
        (
          TrainingError.unknownName("net.9", available: ["net.0.weight"], reason: "no net.9"), "'nin summary'"
        ),
        (
          TrainingError.diverged(
            step: 9, completeEpochs: 1, checkpoint: "out/checkpoint.safetensors", reason: "diverged"),
          "--weights"
        ),
        (DatasetError.notInstalled(searched: ["cache"], reason: "not found"), "'nin data fetch'"),
        (DatasetError.notInstalled(searched: ["cache"], reason: "not found"), "--data"),
        (DatasetError.otherDataset(path: "labels", name: "MNIST"), "'--data DIR' reads MNIST"),
        (DatasetError.incomplete(path: "d", missing: ["train-images-idx3-ubyte.gz"]), "'nin data fetch'"),
        (FileError(path: "x", problem: .otherFormat(name: "onnx", reason: "is ONNX")), "--model"),
        (FileError(path: "x", problem: .otherFormat(name: "safetensors", reason: "is not")), "--checkpoint"),
      ]
      for (error, part) in lines {
        #expect(!"\(error)".contains(part) && !"\(error)".contains("--"), "\(error)")
        #expect(ErrorAdvice.text(on: error).contains(part), "\(error)")
      }
    }

    @Test("have no advice if no option helps")
    func noAdvice() {
      let errors: [any Error] = [
        DatasetError.incomplete(path: "d", missing: ["emnist-letters-train-images-idx3-ubyte.gz"]),
        DatasetError.damaged(path: "d", reason: "d is corrupt"),
        FileError(path: "x", problem: .damaged(reason: "is truncated")),
        FileError(path: "x", problem: .otherFormat(name: "npy", reason: "is an array")),
        TrainingError.diverged(step: 1, completeEpochs: 0, checkpoint: nil, reason: "diverged"),
        TrainingError.folderLost(path: "out"), ImageFileError.notEncodable(reason: "no"),
        BackendError.unsupportedOperation(reason: "no kernel"),
      ]
      for error in errors { #expect(ErrorAdvice.text(on: error).isEmpty, "\(error)") }
    }

    @Test(
      "do not mention options",
      arguments: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "OpenBLASBackend", "BLISBackend",
        "DNNLBackend",
        "Layers", "Networks", "ONNX", "ImageFiles", "Datasets", "Training", "FeatureMaps", "Verification",
        "NetworkInNetwork",
      ])
    func noOptions(module: String) throws {
      let folder = Clone.root.appendingPathComponent("Sources/\(module)")
      let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      // These have the options of curl, and the header of a file that `nin` reads.
      let others = ["Curl.swift", "RecipeFile.swift"]
      let sources = names.filter { name in name.hasSuffix(".swift") && !others.contains { name.hasSuffix($0) }
      }
      #expect(!sources.isEmpty)
      for name in sources {
        for line in try Clone.lines(of: "Sources/\(module)/\(name)") {
          let code = line.drop { $0 == " " }
          #expect(code.hasPrefix("//") || !code.contains(/[ "'(]--[a-z]/), "\(name): \(line)")
        }
      }
    }

    @Test("are one line in the command, with the options that help")
    func lines() throws {
      let folder = try TemporaryFolder()
      try Safetensors.write(
        tensors: [(name: "x", tensor: Tensor<Float>(shape: [1], repeating: 1))],
        to: folder.path("x.safetensors"))
      let run = try nin("predict", "--model", "x.safetensors", "--index", "0", in: folder)
      expectFailure(run, naming: "x.safetensors", "not an ONNX model; give it as --checkpoint")
    }
  }
}
