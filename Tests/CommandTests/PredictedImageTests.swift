import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Images for nin predict")
  struct PredictedImageTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try UntrainedNetwork.write(to: "net.safetensors", in: folder)
    }

    private static let command =
      "nin predict --checkpoint net.safetensors --backend \(TestedBackends.fastest)"

    private func predict(_ arguments: String) throws -> NinProcess.Run {
      try shell("\(Self.command) \(arguments)", in: folder)
    }

    /// The parts of lines before ": ".
    private func titles(_ run: NinProcess.Run) -> [String] {
      run.output.split(separator: "\n").map { $0.components(separatedBy: ": ")[0] }
    }

    private func objects(_ run: NinProcess.Run) throws -> [[String: Any]] {
      try run.output.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
    }

    private func makeFolder(_ name: String) throws {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }

    @Test("are classified though others cannot be read, each with an error line")
    func badAmongGood() throws {
      try folder.write(SmallImages.png, to: "good.png")
      try folder.write(SmallImages.png.prefix(50), to: "bad.png")
      try folder.write(SmallImages.jpeg, to: "good2.jpg")
      let run = try predict("bad.png good.png absent.png good2.jpg")
      #expect(run.exitCode == 1 && !run.wasKilled)
      #expect(titles(run) == ["good.png", "good2.jpg"])
      let errors = run.errors.split(separator: "\n")
      #expect(errors.count == 2)
      #expect(errors.first?.hasPrefix("Error: bad.png is a truncated or corrupt PNG") == true)
      #expect(errors.last?.hasPrefix("Error: absent.png does not exist") == true)
    }

    @Test("may be folders: the files directly in them, by name")
    func folders() throws {
      try makeFolder("photos/more")
      for name in ["b.PNG", "a.png", ".hidden.png", "more/c.png"] {
        try folder.write(SmallImages.png, to: "photos/\(name)")
      }
      try folder.write(SmallImages.jpeg, to: "photos/B.jpeg")
      try folder.write([1], to: "photos/notes.txt")
      for argument in ["photos", "photos/"] {
        let run = try predict(argument)
        #expect(run.exitCode == 0)
        #expect(titles(run) == ["photos/B.jpeg", "photos/a.png", "photos/b.PNG"])
        let notices = run.errors.split(separator: "\n")
        #expect(notices.count == 2 && notices.allSatisfy { $0.hasPrefix("Notice: ") })
        #expect(run.errors.contains("notes.txt") && run.errors.contains("photos/more"))
      }
      let run = try predict("photos/more photos/a.png")
      expectSuccess(run)
      #expect(titles(run) == ["photos/more/c.png", "photos/a.png"])
    }

    @Test("in folders that cannot be read, or in folders without images, are errors")
    func badFolders() throws {
      try makeFolder("empty/deeper")
      try folder.write(SmallImages.png, to: "empty/deeper/c.png")
      try makeFolder("photos")
      try folder.write(SmallImages.png, to: "photos/a.png")
      try folder.write([1, 2, 3], to: "photos/b.png")
      try #require(mkfifo(folder.path("photos/c.png"), 0o600) == 0)
      expectFailure(
        try predict("empty"), naming: "empty has no .png, .jpg or .jpeg files", "give empty/deeper")
      let run = try predict("empty photos")
      #expect(run.exitCode == 1)
      #expect(titles(run) == ["photos/a.png"])
      let errors = run.errors.split(separator: "\n")
      #expect(errors.count == 3)
      for (line, name) in zip(errors, ["empty", "photos/b.png", "photos/c.png"]) {
        #expect(line.hasPrefix("Error: \(name) "))
      }
    }

    @Test("may come from standard input and from pipes")
    func streams() throws {
      try folder.write(SmallImages.png, to: "it.png")
      let expected = try predict("it.png").output.replacing("it.png: ", with: "")
      for (line, title) in [
        ("\(Self.command) - < it.png", "-"), ("cat it.png | \(Self.command) -", "-"),
        ("cat it.png | \(Self.command) /dev/stdin", "/dev/stdin"),
        ("mkfifo pipe; cat it.png > pipe & \(Self.command) pipe", "pipe"),
      ] {
        let run = try shell(line, in: folder)
        expectSuccess(run)
        #expect(run.output == "\(title): \(expected)")
      }
      expectFailure(try predict("- < /dev/null"), naming: "standard input is empty")
      expectFailure(try predict("- <&-"), naming: "standard input cannot be read")
      let both = try shell("\(Self.command) - it.png < /dev/null", in: folder)
      #expect(both.exitCode == 1 && titles(both) == ["it.png"])
    }

    @Test("are JSON objects, one per line, with an error if they cannot be read")
    func json() throws {
      try folder.write(SmallImages.png, to: "odd \"name\n.png")
      try folder.write([1], to: "bad.png")
      let run = try predict("--json --top 3 bad.png odd*.png - < bad.png")
      #expect(run.exitCode == 1)
      let objects = try objects(run)
      #expect(objects.map { $0["path"] as? String } == ["bad.png", "odd \"name\n.png", "-"])
      #expect(objects.allSatisfy { $0["version"] as? Int == 1 })
      #expect(objects[0]["error"] as? String == "bad.png is neither PNG nor JPEG")
      #expect(objects[0]["class"] == nil && objects[2]["error"] != nil)
      #expect(run.errors.split(separator: "\n").count == 2)
      let top = try #require(objects[1]["top"] as? [[String: Any]])
      let probabilities = top.compactMap { $0["probability"] as? Double }
      #expect(probabilities.count == 3 && probabilities == probabilities.sorted(by: >))
      #expect(objects[1]["class"] as? String == top[0]["class"] as? String)
      #expect(objects[1]["probability"] as? Double == probabilities[0])
      #expect(top.allSatisfy { "\($0["index"] as? Int ?? -1)" == $0["class"] as? String })
    }

    @Test("of a data set have their number and their class in JSON")
    func jsonOfTestImages() throws {
      try TinyDataset().write(to: "data", in: folder)
      let run = try predict("--json --data data --index 3 --index 1")
      expectSuccess(run)
      let objects = try objects(run)
      #expect(objects.map { $0["test_image"] as? Int } == [3, 1])
      #expect(objects.allSatisfy { $0["true_class"] is String && $0["path"] == nil })
    }

    @Test("are turned upright, so that all orientations of one picture give the same line")
    func orientations() throws {
      // A light bar at the left of the upright picture, stored in each of the eight ways.
      let side = 24
      func upright(_ row: Int, _ column: Int) -> UInt8 { column < 6 && row < 16 ? 250 : 10 }
      for orientation in 1...8 {
        let pixels = (0..<side * side).map { position -> UInt8 in
          let (row, column) = (position / side, position % side)
          let (last, y, x) = (side - 1, row, column)
          return switch orientation {
          case 2: upright(y, last - x)
          case 3: upright(last - y, last - x)
          case 4: upright(last - y, x)
          case 5: upright(x, y)
          case 6: upright(x, last - y)
          case 7: upright(last - x, last - y)
          case 8: upright(last - x, y)
          default: upright(y, x)
          }
        }
        let file = PNGBytes.file(width: side, height: side, channels: 1, pixels)
        let header = 8 + 25
        try folder.write(
          file[..<header] + PNGBytes.orientation(orientation) + file[header...], to: "\(orientation).png")
      }
      let run = try predict("--top 10 ?.png")
      expectSuccess(run)
      let lines = run.output.split(separator: "\n").map { $0.dropFirst("1.png".count) }
      #expect(lines.count == 8 && Set(lines).count == 1)
    }

    @Test("may have logits that go to standard output")
    func standardOutput() throws {
      try NPY.write(Tensor<Float>(shape: [2, 1, 67, 67], repeating: 0.25), to: folder.path("x.npy"))
      let command =
        "nin predict --checkpoint net.safetensors --backend \(TestedBackends.fastest) --input x.npy"
      expectSuccess(try shell("\(command) --output y.npy; \(command) --output - > z.npy", in: folder))
      #expect(try folder.read("y.npy") == folder.read("z.npy"))
      expectSuccess(try shell("\(command) --output - | cat > pipe.npy", in: folder))
      #expect(try folder.read("y.npy") == folder.read("pipe.npy"))
      #expect(try !folder.names().contains("-"))
      if FileManager.default.fileExists(atPath: "/dev/full") {
        expectFailure(try shell("\(command) --output - > /dev/full", in: folder), naming: "standard output")
      }
    }
  }
}
