import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Output files")
  struct OutputFileTests {
    private let folder: TemporaryFolder
    private static let predict =
      "nin --backend \(TestedBackends.fastest) predict --checkpoint net --input x.npy --output"

    init() throws {
      folder = try TemporaryFolder()
      try UntrainedNetwork.write(to: "net", in: folder)
      try NPY.write(Tensor<Float>(shape: [1, 1, 67, 67], repeating: 0.5), to: folder.path("x.npy"))
      for name in ["closed", "tmp"] {
        try FileManager.default.createDirectory(
          atPath: folder.path(name), withIntermediateDirectories: true)
      }
    }

    /// Drops root's privileges, so that permissions apply.
    private static let asUser =
      getuid() == 0 ? "setpriv --bounding-set=-dac_override,-dac_read_search,-fowner " : ""

    private static func works(_ line: String) -> Bool {
      guard let folder = try? TemporaryFolder() else { return false }
      return (try? shell(line, in: folder))?.exitCode == 0
    }

    private static let hasUser = works(asUser + "nin --version")
    private static let hasMounts = works("touch a b && unshare -m mount --bind a b")

    private func expectInPlace(_ run: NinProcess.Run, _ name: String, because reason: String) throws {
      #expect(run.exitCode == 0, "\(run.errors)")
      let notices = run.errors.split(separator: "\n")
      #expect(notices.count == 1, "\(run.errors)")
      for part in ["Notice: ", "written in place", reason] { #expect(run.errors.contains(part)) }
      expectSuccess(try shell("\(Self.predict) expected.npy", in: folder))
      #expect(try folder.read(name) == folder.read("expected.npy"))
      #expect(try folder.names(in: "tmp") == [])
    }

    @Test(
      "a file in a folder without write permission is written in place",
      .enabled(if: hasUser, "needs setpriv"))
    func closedFolder() throws {
      // Longer than what is written.
      try folder.write([UInt8](repeating: 1, count: 5000), to: "closed/y.npy")
      let run = try shell(
        "chmod 555 closed; TMPDIR=$PWD/tmp \(Self.asUser)\(Self.predict) closed/y.npy; code=$?; "
          + "TMPDIR=$PWD/tmp \(Self.asUser)\(Self.predict) closed/new.npy && echo made; chmod 755 closed; exit $code",
        in: folder)
      #expect(run.output == "wrote the logits to closed/y.npy\n")
      #expect(try folder.names(in: "closed") == ["y.npy"])
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count == 2 && lines.last == "Error: closed/new.npy cannot be written: Permission denied")
      let first = NinProcess.Run(
        exitCode: run.exitCode, wasKilled: run.wasKilled, output: "", errors: String(lines.first ?? ""))
      try expectInPlace(first, "closed/y.npy", because: "Permission denied")
    }

    @Test("a mount point is written in place", .enabled(if: hasMounts, "needs the right to mount"))
    func mountPoint() throws {
      let run = try shell(
        "touch y.npy source; TMPDIR=$PWD/tmp unshare -m sh -c 'mount --bind source y.npy && \(Self.predict) y.npy'",
        in: folder)
      try expectInPlace(run, "source", because: "Device or resource busy")
      #expect(try folder.read("y.npy").isEmpty)
    }

    @Test("a file that is overwritten on a full disk is called incomplete", .enabled(if: hasFullDisks))
    func fullDisk() throws {
      let run = try shell(
        "mkdir full; touch y.npy; TMPDIR=$PWD/tmp unshare -m sh -c '\(Self.fillDisk); mount --bind full/y y.npy && "
          + "\(Self.predict) y.npy'", in: folder)
      expectFailure(run, naming: "y.npy cannot be written: No space left on device", "may be incomplete")
      #expect(try folder.names(in: "tmp") == [])
    }

    private static let fillDisk =
      "mount -t tmpfs -o size=4k tmpfs full && touch full/y && cat /dev/zero > full/rest 2> /dev/null"
    private static let hasFullDisks = works("mkdir full && unshare -m sh -c '\(fillDisk); test -s full/rest'")

    @Test("standard input is rejected by options that take a file")
    func standardInput() throws {
      try folder.write(SmallImages.png, to: "it.png")
      for (line, option) in [
        ("predict --checkpoint net --input - --output y.npy", "--input"),
        ("predict --model net --input W=- --output y.npy", "--input"),
        ("predict --model - --input x.npy --output y.npy", "--model"),
        ("maps --model - --output y.svg it.png", "--model"),
        ("export --checkpoint - --output y.onnx", "--checkpoint"),
        ("evaluate --checkpoint -", "--checkpoint"),
      ] {
        let run = try shell("nin \(line)", in: folder)
        expectFailure(run, naming: "\(option) does not read standard input")
        #expect(run.exitCode == 64)
      }
    }

    @Test("an output that is an input, by whatever name, is rejected, and the input stays as it is")
    func inputs() throws {
      try folder.write(SmallImages.png, to: "it.png")
      _ = try shell(
        "ln -s net link; ln x.npy hard.npy; ln -s it.png picture.png; mkdir run; cp net run/checkpoint.safetensors",
        in: folder)
      let files = ["net", "x.npy", "it.png", "run/checkpoint.safetensors"]
      let before = try files.map { try folder.read($0) }
      for (line, output) in [
        ("predict --checkpoint net --input x.npy --output x.npy", "x.npy"),
        ("predict --checkpoint net --input x.npy --output ./hard.npy", "./hard.npy"),
        ("predict --checkpoint net --input x.npy --output link", "link"),
        ("predict --model net --input W=x.npy --output x.npy", "x.npy"),
        ("export --checkpoint net --output link", "link"), ("trace --checkpoint net --output net", "net"),
        ("report run --output run/checkpoint.safetensors", "run/checkpoint.safetensors"),
        ("maps --checkpoint net --output picture.png it.png", "picture.png"),
        ("features --checkpoint net --layer net.0 --output it.png it.png", "it.png"),
      ] {
        let run = try shell("nin \(line)", in: folder)
        expectFailure(run, naming: "--output is \(output)", "would replace it")
        #expect(run.exitCode == 64)
      }
      #expect(try files.map { try folder.read($0) } == before)
    }

    @Test("a write-protected file is kept, and the target of a dangling link is created")
    func protectedAndDangling() throws {
      let run = try shell("echo old > y.npy; chmod 444 y.npy; \(Self.predict) y.npy", in: folder)
      expectFailure(run, naming: "y.npy", "write-protected")
      #expect(try folder.read("y.npy") == Data("old\n".utf8))
      expectSuccess(try shell("ln -s target.npy link.npy; \(Self.predict) link.npy", in: folder))
      #expect(try NPY.read(folder.path("target.npy")).shape == [1, 10])
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link.npy")) == "target.npy")
    }

    @Test("a data folder without permission is not called absent", .enabled(if: hasUser, "needs setpriv"))
    func closedData() throws {
      try TinyDataset().write(to: "above/data", in: folder)
      for closed in ["above/data", "above"] {
        for permissions in ["000", "444"] {
          let run = try shell(
            "chmod \(permissions) \(closed); \(Self.asUser)nin evaluate --checkpoint net --data above/data; code=$?; "
              + "chmod 755 \(closed); exit $code", in: folder)
          expectFailure(run, naming: "above/data", "Permission denied")
          #expect(!run.errors.contains("does not exist"))
        }
      }
    }
  }
}
