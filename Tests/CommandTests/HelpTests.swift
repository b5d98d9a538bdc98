import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("The help")
  struct HelpTests {
    /// The commands whose help is compared; their texts are in the folder Help.
    private static let commands = [
      [], ["train"], ["recipe"], ["evaluate"], ["report"], ["compare"], ["predict"], ["maps"],
      ["features"], ["filters"], ["export"], ["trace"],
      ["verify"], ["summary"], ["exercise"],
      ["backends"],
      ["data"], ["data", "fetch"],
    ]

    /// With this variable set to 1 the texts are rewritten, to be reviewed and committed:
    /// `NIN_RENEW_HELP=1 swift test -c release --filter HelpTests`.
    private static let renews = ProcessInfo.processInfo.environment["NIN_RENEW_HELP"] == "1"

    @Test("is the reviewed text", arguments: commands)
    func isUnchanged(command: [String]) throws {
      let run = try nin(command + ["--help"], in: TemporaryFolder())
      expectSuccess(run)
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Help/\((["nin"] + command).joined(separator: "-")).txt")
      if Self.renews { try Data(run.output.utf8).write(to: file) }
      #expect(run.output == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("is what the command alone prints")
    func commandAlone() throws {
      let folder = try TemporaryFolder()
      let run = try nin([], in: folder)
      expectSuccess(run)
      #expect(run.output == (try nin("--help", in: folder).output))
    }

    @Test("comes with the package's version")
    func version() throws {
      let run = try nin("--version", in: TemporaryFolder())
      expectSuccess(run)
      #expect(run.output == PackageVersion.current + "\n")
    }

    @Test("prints a version that the changelog describes")
    func changelog() throws {
      let changelog = try Clone.text(of: "CHANGELOG.md")
      #expect(changelog.contains("\n## [\(PackageVersion.current)] - "))
    }

    @Test("is mentioned if an option or a command is unknown")
    func unknown() throws {
      let folder = try TemporaryFolder()
      for (arguments, name) in [(["--fast"], "--fast"), (["fit"], "fit"), (["train", "--fast"], "--fast")] {
        let run = try nin(arguments, in: folder)
        expectFailure(run, naming: name)
        #expect(run.errors.contains("--help"))
      }
    }
  }
}
