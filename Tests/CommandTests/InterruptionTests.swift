import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("A run that is interrupted")
  struct InterruptionTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset(trainingCount: 480, testCount: 8).write(to: "data", in: folder)
    }

    /// The quick recipe, so that there are velocities to resume with.
    private func arguments(_ output: String, resume: Bool = false) -> [String] {
      // One thread, because two that wait for each other are slow on a busy machine.
      let training = [
        "train", "--backend", TestedBackends.fastest, "--threads", "1", "--data", "data", "--output", output,
      ]
      let recipe = [
        "--recipe", "quick", "--image-size", "67", "--batch-size", "16", "--epochs", "2", "--seed", "1",
        "--learning-rate", "0.01", "--warm-up", "4",
      ]
      let limit = TestedBackends.fastest == "reference" ? ["--limit-train", "48"] : []
      return training + (resume ? ["--resume"] : recipe + limit)
    }

    private func uninterrupted() throws -> Data {
      expectSuccess(try nin(arguments("whole"), in: folder))
      return try folder.read("whole/checkpoint.safetensors")
    }

    @Test("by kill -9 or by Ctrl-C ends with the same bits when it is resumed")
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
      #expect(try folder.names(in: "killed").contains("training-state.safetensors"))
      let rest = try nin(arguments("killed", resume: true), in: folder)
      expectSuccess(rest)
      #expect(rest.output.hasPrefix("resuming after epoch 1\n"))
      #expect(try folder.names(in: "killed") == RunFileNames.complete)
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
      #expect(!(try folder.names(in: "interrupted").contains("checkpoint.safetensors")))
      let page = ParsedMarkup(String(decoding: try folder.read("interrupted/report.html"), as: UTF8.self))
      #expect(page.problem == nil && page.texts(of: "h2").contains("Layers"))
      #expect(page.texts(of: "p").contains { $0.hasPrefix("The run was interrupted after step") })
      let rest = try nin(arguments("interrupted", resume: true), in: folder)
      expectSuccess(rest)
      #expect(rest.output.hasPrefix("resuming after epoch 0, batch "))
    }

    /// The steps that the stored state has.
    private func steps(_ output: String) throws -> Int {
      try TrainingState(path: folder.path(output) + "/training-state.safetensors").step
    }

    private func line(_ arguments: [String]) -> String { "nin " + arguments.joined(separator: " ") }

    @Test(
      "by a request to terminate or a closed terminal completes the current step",
      arguments: [SIGTERM, SIGHUP])
    func otherSignals(signal: Int32) throws {
      let process = try NinProcess(arguments("out"), in: folder)
      try process.wait(forOutput: "epoch 1, 1/")
      process.send(signal)
      let run = try process.finish()
      #expect(run.exitCode == 128 + signal && !run.wasKilled)
      #expect(try steps("out") >= 1)
    }

    @Test("by a signal during preparation leaves a state")
    func earlySignal() throws {
      let process = try NinProcess(arguments("out"), in: folder)
      while !FileManager.default.fileExists(atPath: folder.path("out/.training.lock")) {
        Thread.sleep(forTimeInterval: 0.001)
      }
      process.send(SIGINT)
      #expect(try process.finish().exitCode == 130)
      expectSuccess(try nin(arguments("out", resume: true) + ["--epochs", "1"], in: folder))
    }

    @Test("under nohup does not end with its terminal")
    func nohup() throws {
      let process = try NinProcess(
        shell: "trap '' HUP; exec " + line(arguments("out")) + " --epochs 1", in: folder)
      try process.wait(forOutput: "epoch 1, 1/")
      process.send(SIGHUP)
      expectSuccess(try process.finish())
    }

    /// As `timeout` sends it: to the process, and to the group that the process is in.
    @Test("by one event that sends two signals is stopped once, and by a later one at once")
    func twoSignals() throws {
      let process = try NinProcess(arguments("out"), in: folder)
      try process.wait(forOutput: "epoch 1, 1/")
      process.send(SIGINT)
      process.send(SIGTERM)
      // Either may arrive first.
      #expect([130, 143].contains(try process.finish().exitCode))
      #expect(try steps("out") >= 1)

      // Batches that take half a second, in the midst of which the process is halted until the second signal is a
      // later one.
      let halted = try NinProcess(arguments("halted") + ["--batch-size", "240"], in: folder)
      try halted.wait(forOutput: "epoch 1, 1/")
      halted.send(SIGINT)
      Thread.sleep(forTimeInterval: 0.05)
      halted.send(SIGSTOP)
      Thread.sleep(forTimeInterval: 0.6)
      halted.send(SIGTERM)
      halted.send(SIGCONT)
      let code = try halted.finish().exitCode
      // A very fast machine has ended its batch before it is halted, and a busy one may not have begun it.
      #expect([143, 130].contains(code))
      #expect(try (code == 143 ? 0...0 : 1...2).contains(steps("halted")))
    }

    @Test("by Ctrl-C together with the reader of its output completes the current step")
    func tee() throws {
      let process = try NinProcess(
        shell: "set -m; (" + line(arguments("out")) + " | tee log >&2; exit ${PIPESTATUS[0]}) & "
          + "until grep -q 'epoch 1, 1/' log 2>/dev/null; do sleep 0.05; done; kill -INT -$!; wait $!",
        in: folder)
      _ = try process.finish()
      // The shell may end before the command does.
      let deadline = Date(timeIntervalSinceNow: 60)
      while try folder.names(in: "out").contains(".training.lock"), Date() < deadline {
        Thread.sleep(forTimeInterval: 0.01)
      }
      #expect((1..<60).contains(try steps("out")))
    }

    @Test("does not happen when its reader closes the pipe: it trains to the end, and then fails")
    func readerGone() throws {
      let run = try shell(
        line(arguments("out")) + " --epochs 1 | head -1; exit ${PIPESTATUS[0]}", in: folder)
      #expect(run.exitCode == 1)
      #expect(run.errors.contains("standard output"))
      #expect(try folder.names(in: "out") == RunFileNames.complete)
    }

    @Test("prints the command that resumes it, for any path")
    func pastedCommand() throws {
      let output = "it's a \"run\" for $HOME"
      let process = try NinProcess(arguments(output), in: folder)
      try process.wait(forOutput: "epoch 1, 1/")
      process.send(SIGINT)
      let run = try process.finish()
      #expect(run.exitCode == 130)
      let command = try #require(run.output.components(separatedBy: "resume with: ").last)
      let rest = try shell(command.trimmingCharacters(in: .newlines) + " --epochs 1", in: folder)
      expectSuccess(rest)
      #expect(rest.output.hasPrefix("resuming after epoch 0, batch "))
      #expect(try folder.names(in: output).contains("checkpoint.safetensors"))
    }
  }
}
