import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Output of commands")
  struct OutputTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      try UntrainedNetwork.write(to: "network", in: folder)
    }

    private static let commands: [String] = [
      "--help", "help train", "", "summary", "summary --json", "summary --book", "backends",
      "backends --json",
      "evaluate --checkpoint network --data data --limit-test 2",
      "evaluate --checkpoint network --data data --limit-test 2 --json",
      "predict --checkpoint network --data data --index 0",
      "predict --checkpoint network --data data --index 0 --json",
      "trace --checkpoint network --data data --batch-size 2 --output trace",
      "train --data data --image-size 67 --batch-size 8 --epochs 1 --limit-train 8 --limit-test 4 --output out",
    ]

    private func line(_ command: String) -> String {
      let computes = ["evaluate", "predict", "trace", "train"].contains { command.hasPrefix($0) }
      return "nin \(computes ? "--backend \(TestedBackends.fastest) " : "")\(command)"
    }

    @Test(
      "and cannot be written is a failure",
      .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: commands)
    func unwritable(command: String) throws {
      for redirection in ["> /dev/full", ">&-"] {
        let run = try shell("\(line(command)) \(redirection)", in: folder)
        expectFailure(run, naming: "standard output")
        #expect(run.exitCode == 1)
      }
    }

    /// The closed stream's number must not go to a file that the command opens and then prints into.
    @Test("on closed streams ends up in no file")
    func closedStreams() throws {
      let train = Self.commands.last ?? ""
      _ = try shell("\(line(train)) <&- >&- 2>&-", in: folder)
      expectSuccess(
        try nin("evaluate", "--checkpoint", "out/checkpoint.safetensors", "--data", "data", in: folder))
      #expect(try folder.names(in: "out") == RunFileNames.complete)
    }

    @Test("stops the command when its reader closes the pipe")
    func readerGone() throws {
      // Also where the parent has left the signal ignored.
      for trap in ["", "trap '' PIPE; "] {
        let run = try shell("\(trap)(sleep 0.3; nin summary) | true; exit ${PIPESTATUS[0]}", in: folder)
        #expect(run.exitCode == 128 + SIGPIPE)
        #expect(run.errors.isEmpty)
      }
    }

    @Test(
      "as JSON is the same from run to run, with a version",
      arguments: commands.filter { $0.hasSuffix("--json") })
    func json(command: String) throws {
      let runs = try (0..<3).map { _ in try shell(line(command), in: folder) }
      runs.forEach { expectSuccess($0) }
      #expect(Set(runs.map(\.output)).count == 1)
      let object = try JSONSerialization.jsonObject(with: Data(runs[0].output.utf8)) as? [String: Any]
      #expect(object?["version"] as? Int == 1)
    }

    @Test("as a hint names the help of the command that was used wrongly")
    func hints() throws {
      for (arguments, help) in [
        (["train", "--epochs", "0"], "nin train --help"),
        (["predict", "--index", "1"], "nin predict --help"),
        (["predict", "--checkpoint", "network", "--data", "data", "--index", "99"], "nin predict --help"),
        (["data", "fetch", "--far"], "nin data fetch --help"),
        (["verify", "--train", "0"], "nin verify --help"),
        (["evaluate"], "nin evaluate --help"), (["fit"], "nin --help"),
      ] {
        let run = try nin(arguments, in: folder)
        expectFailure(run, naming: "(see '\(help)')")
        #expect(run.exitCode == 64)
      }
    }

    @Test("name a mistyped subcommand, and the one that was probably meant")
    func subcommands() throws {
      for (arguments, meant, help) in [
        (["tran", "--output", "x"], "train", "nin"), (["predct", "a.png"], "predict", "nin"),
        (["data", "fech"], "fetch", "nin data"),
      ] {
        let run = try nin(arguments, in: folder)
        let mistyped = arguments[arguments[0] == "data" ? 1 : 0]
        expectFailure(
          run, naming: "unknown subcommand '\(mistyped)'; did you mean '\(meant)'? (see '\(help) --help')")
        #expect(run.exitCode == 64)
      }
      expectFailure(try nin(["train", "3"], in: folder), naming: "Unexpected argument '3'")
    }

    @Test("of a wrong file or array names that one")
    func blame() throws {
      let train = Self.commands.last ?? ""
      expectSuccess(try shell(line(train), in: folder))
      let state = try nin(
        "predict", "--checkpoint", "out/training-state.safetensors", "--index", "0", in: folder)
      expectFailure(state, naming: "training state", "checkpoint.safetensors")
      try FileManager.default.createDirectory(atPath: folder.path("other"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: folder.path("network"), toPath: folder.path("other/training-state.safetensors"))
      expectFailure(
        try nin("train", "--resume", "--output", "other", in: folder),
        naming: "other/training-state.safetensors")

      for (shape, part) in [
        ([2, 1, 20, 20] as Shape, "67×67"), ([2, 80, 80, 1], "N×H×W×C"), ([2, 3, 80, 80], "3 channels"),
      ] {
        try NPY.write(Tensor<Float>(shape: shape, repeating: 0), to: folder.path("x.npy"))
        let run = try nin(
          "predict", "--checkpoint", "network", "--input", "x.npy", "--output", "y.npy", in: folder)
        expectFailure(run, naming: "x.npy", part)
        #expect(!run.errors.contains("network:"))
      }
    }

    @Test("of an error is one line, whatever the name, and names that are not UTF-8 are rejected")
    func oddNames() throws {
      for arguments in [
        ["evaluate", "--checkpoint", "a\nb"], ["train", "--data", "a\nb", "--output", "out"],
        ["--backend", "a\nb", "summary"], ["train", "--a\nb"],
      ] {
        let run = try nin(arguments, in: folder)
        expectFailure(run)
        #expect(run.errors.split(separator: "\n").count == 1)
      }
      let run = try shell(
        "nin predict --checkpoint network --index 0 --output $'a\\n\\xff.npy'", in: folder)
      expectFailure(run, naming: "a\\x0A\\xFF.npy is not UTF-8")
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(try folder.names() == ["data", "network"])
    }
  }
}
