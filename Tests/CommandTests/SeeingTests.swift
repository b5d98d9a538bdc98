import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("The progress of a run")
  struct SeeingTests {
    private let folder: TemporaryFolder
    private let train =
      "nin --backend \(TestedBackends.fastest) train --data data --image-size 67 --batch-size 8 --limit-train 24 "
      + "--limit-test 8 --output out"

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private static let hasScript = FileManager.default.isExecutableFile(atPath: "/usr/bin/script")

    /// Runs a line on a terminal of so many columns.
    private func onTerminal(_ line: String, columns: Int, environment: String = "TERM=xterm-256color") throws
      -> String
    {
      let inner = "stty cols \(columns) rows 24; \(environment) \(line)"
      let run = try shell("script -qec \(quoted(inner)) /dev/null", in: folder)
      #expect(run.exitCode == 0, "\(run.output)")
      return run.output
    }

    private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    /// The contents of a line of the screen at any time, without codes.
    private func shown(_ output: String) -> [String] {
      output.replacing(#/\x1B\[[0-9]*m/#, with: "").replacing(#/\x1B\[[0-9]*[AJK]/#, with: "\n")
        .split(whereSeparator: \.isNewline).flatMap { $0.split(separator: "\r") }.map(String.init)
    }

    @Test(
      "on terminals of every width: no line is wider", .enabled(if: hasScript),
      arguments: [40, 60, 80, 120, 200])
    func widths(columns: Int) throws {
      let output = try onTerminal("\(train) --epochs 2 --plot", columns: columns)
      let lines = shown(output)
      #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
      #expect(output.contains("\u{1B}[J"))
      for part in ["3/3", "lr 0.05", "ETA 0:0", "train_loss", "epoch 2: train"] {
        #expect(lines.contains { $0.contains(part) }, "\(part)")
      }
    }

    @Test("on a terminal without codes: lines as into a file", .enabled(if: hasScript))
    func dumb() throws {
      for environment in ["TERM=dumb", "env -u TERM"] {
        let output = try onTerminal("\(train) --epochs 1 --plot", columns: 80, environment: environment)
        #expect(!output.contains("\u{1B}"))
        #expect(!output.replacing("\r\n", with: "\n").contains("\r"))
        #expect(output.contains("epoch 1, 3/3: loss"))
      }
    }

    @Test("without colors if NO_COLOR is set", .enabled(if: hasScript))
    func noColor() throws {
      func output(_ more: String) throws -> String {
        try onTerminal(
          "\(train) --epochs 1 --plot", columns: 80, environment: "TERM=xterm env -u NO_COLOR \(more)")
      }
      #expect(try output("").contains("\u{1B}[34m"))
      #expect(try !output("NO_COLOR=1").contains("\u{1B}[34m"))
    }

    @Test("in a pipe: plain lines, and the figure once at the end")
    func pipe() throws {
      let run = try shell("\(train) --epochs 2 --plot", in: folder)
      expectSuccess(run)
      #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"))
      #expect(run.output.split(separator: "train_loss").count == 2)
    }

    @Test("not at all with --quiet")
    func quiet() throws {
      let run = try shell("\(train) --epochs 2 --quiet", in: folder)
      expectSuccess(run)
      #expect(run.output.isEmpty)
    }

    private func events(_ run: NinProcess.Run) throws -> [[String: Any]] {
      try run.output.split(separator: "\n").map { line in
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
    }

    @Test("as JSON: one event per line, from the start to the end, and again when it is resumed")
    func json() throws {
      let run = try shell("\(train) --epochs 2 --log-format json", in: folder)
      expectSuccess(run)
      let events = try events(run)
      let names = events.compactMap { $0["event"] as? String }
      #expect(names.count == events.count && names.first == "start" && names.last == "end")
      #expect(names.filter { $0 == "epoch" }.count == 2 && names.filter { $0 == "test" }.count >= 2)
      let progress = events.filter { $0["event"] as? String == "progress" }
      #expect(progress.last?["step"] as? Int == 6)
      for key in [
        "loss", "accuracy", "batch_loss", "learning_rate", "gradient_norm", "images_per_second",
        "seconds_left",
      ] {
        #expect(progress.allSatisfy { $0[key] is Double }, "\(key)")
      }
      #expect(events.last?["outcome"] as? String == "finished")
      let result = events.last { $0["event"] as? String == "epoch" }?["result"] as? [String: Any]
      #expect(result?["test_accuracy"] is Double && result?["epoch"] as? Int == 2)

      let resumed = try shell("\(train) --epochs 3 --resume --log-format json", in: folder)
      expectSuccess(resumed)
      let later = try self.events(resumed)
      #expect(later.contains { $0["event"] as? String == "start" && $0["step"] as? Int == 6 })
      let rows = try String(decoding: folder.read("out/history.csv"), as: UTF8.self).split(separator: "\n")
      #expect(
        rows.dropFirst().compactMap { $0.split(separator: ",").first.flatMap { Int($0) } } == Array(1...9))
    }

    @Test("as JSON: problems are events as well")
    func failures() throws {
      let diverged = try shell("\(train) --learning-rate 1e30 --log-format json", in: folder)
      expectFailure(diverged, naming: "diverged in step", "net.")
      #expect(diverged.exitCode == 1)
      let last = try #require(try events(diverged).last)
      #expect(last["event"] as? String == "error" && (last["message"] as? String)?.contains("net.") == true)

      let still = try shell(
        "\(train) --batch-size 2 --learning-rate 1e-12 --epochs 1 --log-format json", in: folder)
      #expect(still.exitCode == 0 && still.errors.isEmpty)
      let events = try events(still)
      #expect(events.contains { $0["event"] as? String == "notice" })
      let diagnosis = try #require(events.first { $0["event"] as? String == "diagnosis" })
      #expect(diagnosis["kind"] as? String == "small_steps" && diagnosis["step"] as? Int == 12)
    }

    @Test("in only one way")
    func conflicts() throws {
      for options in [
        "--quiet --plot", "--quiet --log-format json", "--plot --log-format json", "--log-format xml",
      ] {
        expectFailure(try shell("\(train) \(options)", in: folder), naming: "--")
      }
      #expect(try folder.names() == ["data"])
    }

    @Test(
      "a command that computes shows how far it is on a terminal, and nothing with --quiet",
      .enabled(if: hasScript))
    func otherCommands() throws {
      try UntrainedNetwork.write(to: "network", in: folder)
      // The reference takes its time.
      let line = "nin --backend reference evaluate --checkpoint network --data data --batch-size 2"
      let lines = shown(try onTerminal(line, columns: 40))
      #expect(lines.contains { $0.contains("classifying, ") && $0.contains("/24") })
      #expect(lines.contains { $0.hasPrefix("rows: labels") })
      #expect(lines.allSatisfy { $0.count <= 40 }, "\(lines.filter { $0.count > 40 })")
      let quiet = try onTerminal("\(line) --quiet", columns: 60)
      #expect(!quiet.contains("classifying") && quiet.contains("test acc"))
    }
  }
}
