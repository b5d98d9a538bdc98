import Foundation
import Testing

extension CommandTests {
  @Suite("A training that is broken off")
  struct InterruptionTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset(trainingCount: 480, testCount: 8).write(to: "data", in: folder)
    }

    /// The quick recipe, so that there are velocities to go on with.
    private func arguments(_ output: String, resume: Bool = false) -> [String] {
      // One thread, because two that wait for each other are slow on a busy machine.
      let training = [
        "train", "--backend", TestedBackends.quickest, "--threads", "1", "--data", "data", "--output", output,
      ]
      let recipe = [
        "--recipe", "quick", "--image-size", "67", "--batch-size", "16", "--epochs", "2", "--seed", "5",
      ]
      let limit = TestedBackends.quickest == "reference" ? ["--limit-train", "48"] : []
      return training + (resume ? ["--resume"] : recipe + limit)
    }

    private func uninterrupted() throws -> Data {
      expectSuccess(try nin(arguments("whole"), in: folder))
      return try folder.read("whole/checkpoint.safetensors")
    }

    @Test("by kill -9 or by Ctrl-C ends with the same bits when it goes on")
    func sameBits() throws {
      let whole = try uninterrupted()
      try killed()
      #expect(try folder.read("killed/checkpoint.safetensors") == whole)
      try interrupted()
      #expect(try folder.read("interrupted/checkpoint.safetensors") == whole)
    }

    private func killed() throws {
      let process = try NinProcess(arguments("killed"), in: folder)
      try process.wait(forOutput: "epoch 1: train loss")
      Thread.sleep(forTimeInterval: 0.1)
      process.send(SIGKILL)
      let run = try process.finish()
      #expect(run.wasKilled && !run.output.contains("epoch 2: train loss"))
      #expect(try folder.names(in: "killed") == ["checkpoint.safetensors", "training-state.safetensors"])
      let rest = try nin(arguments("killed", resume: true), in: folder)
      expectSuccess(rest)
      #expect(rest.output.hasPrefix("going on after epoch 1, batch 0\n"))
    }

    private func interrupted() throws {
      let process = try NinProcess(arguments("interrupted"), in: folder)
      try process.wait(forOutput: "epoch 1, 1/")
      process.send(SIGINT)
      let run = try process.finish()
      #expect(run.exitCode == 130 && !run.wasKilled)
      #expect(run.output.contains("stopped after step"))
      #expect(run.output.contains("--resume --output interrupted"))
      #expect(run.errors.isEmpty)
      #expect(try folder.names(in: "interrupted") == ["training-state.safetensors"])
      let rest = try nin(arguments("interrupted", resume: true), in: folder)
      expectSuccess(rest)
      #expect(rest.output.hasPrefix("going on after epoch 0, batch "))
    }
  }
}
