import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Reports and comparisons")
  struct ReportTests {
    private let folder: TemporaryFolder
    private static let backend = ["--backend", TestedBackends.fastest]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private func train(_ output: String, _ others: String...) -> [String] {
      [
        "train", "--data", "data", "--model", "lenet", "--image-size", "28", "--batch-size", "16", "--epochs",
        "2",
      ]
        + Self.backend + ["--output", output] + others
    }

    private func page(_ name: String) throws -> ParsedMarkup {
      let parsed = ParsedMarkup(String(decoding: try folder.read(name), as: UTF8.self))
      #expect(parsed.problem == nil)
      return parsed
    }

    @Test("a run writes both files; nin report rewrites the same report")
    func again() throws {
      let run = try nin(train("out <1>"), in: folder)
      expectSuccess(run)
      #expect(run.output.hasSuffix("wrote the report to out <1>/report.html\n"))
      let first = try page("out <1>/report.html")
      #expect(first.texts(of: "h2").count == 8)
      #expect(first.texts(of: "h1") == ["out <1>"])
      try FileManager.default.removeItem(atPath: folder.path("out <1>/curves.svg"))
      expectSuccess(try nin(["report", "out <1>"] + Self.backend, in: folder))
      #expect(folder.has("out <1>/curves.svg"))
      let second = try page("out <1>/report.html")
      // Memory is that of prediction, the rest is the same.
      #expect(first.texts(of: "td") == second.texts(of: "td"))
      #expect(first.texts(of: "figcaption") == second.texts(of: "figcaption"))
    }

    @Test("--no-report omits the report, and the predictions of the test images that it needs")
    func noReport() throws {
      let run = try nin(train("out", "--no-report"), in: folder)
      expectSuccess(run)
      #expect(!folder.has("out/report.html") && folder.has("out/curves.svg"))
      #expect(!run.output.contains("report"))
    }

    @Test("a report that cannot be written does not fail the run")
    func unwritable() throws {
      expectSuccess(try nin(train("out"), in: folder))
      try FileManager.default.removeItem(atPath: folder.path("out/report.html"))
      try FileManager.default.createDirectory(
        atPath: folder.path("out/report.html"), withIntermediateDirectories: true)
      let run = try nin(train("out", "--resume", "--epochs", "3"), in: folder)
      #expect(run.exitCode == 0)
      #expect(
        run.errors.contains("Warning: the report is not written") && run.errors.contains("nin report out"))
      #expect(folder.has("out/checkpoint.safetensors"))
    }

    @Test("without the data or the network the report says so, and has the rest")
    func missingFiles() throws {
      expectSuccess(try nin(train("out"), in: folder))
      try FileManager.default.moveItem(atPath: folder.path("data"), toPath: folder.path("moved"))
      let run = try nin(["report", "out"] + Self.backend, in: folder)
      #expect(run.exitCode == 0 && run.errors.contains("give their folder with --data"))
      #expect(try page("out/report.html").texts(of: "h2").contains("Layers"))
      expectSuccess(try nin(["report", "out", "--data", "moved"] + Self.backend, in: folder))
      #expect(try page("out/report.html").texts(of: "h2").contains("Worst mistakes"))
      try FileManager.default.removeItem(atPath: folder.path("out/checkpoint.safetensors"))
      let alone = try nin(["report", "out", "--output", "page.html"] + Self.backend, in: folder)
      #expect(alone.exitCode == 0 && alone.errors.contains("checkpoint.safetensors"))
      #expect(
        try page("page.html").texts(of: "h2") == ["Results", "Curves", "Confusion matrix", "Configuration"])
    }

    private func notes(_ name: String) throws -> [String] {
      try page(name).elements.filter { $0.attributes["class"] == "note" }.map(\.text)
    }

    @Test("the report says that its test images differ from those of the run")
    func otherImages() throws {
      expectSuccess(try nin(train("out"), in: folder))
      expectSuccess(try nin(["report", "out"] + Self.backend, in: folder))
      #expect(try notes("out/report.html").isEmpty)
      // The same images, one of them with another label.
      var labels = TinyDataset.labels(24)
      labels[8] = 1
      try folder.write(labels, to: "data/t10k-labels-idx1-ubyte")
      let run = try nin(["report", "out"] + Self.backend, in: folder)
      #expect(run.exitCode == 0 && run.errors.contains("differ from those of the run"))
      let notes = try notes("out/report.html")
      #expect(notes.count == 1 && notes[0].hasPrefix("The test images differ from those of the run"))
    }

    @Test(
      "the page says that the network is not the one that was measured, with or without digests of the images"
    )
    func otherNetwork() throws {
      expectSuccess(try nin(train("out"), in: folder))
      let bytes = try folder.read("out/metrics.json")
      var metrics = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
      var last = try #require(metrics["last"] as? [String: Any])
      last["test_accuracy"] = 1.0
      metrics["last"] = last
      for part in ["not the network of the last epoch", "the network or the images differ"] {
        try folder.write(JSONSerialization.data(withJSONObject: metrics), to: "out/metrics.json")
        #expect(try nin(["report", "out"] + Self.backend, in: folder).exitCode == 0)
        let notes = try notes("out/report.html")
        #expect(notes.count == 1 && notes[0].contains(part), "\(notes)")
        // As older versions wrote it.
        metrics["data"] = nil
      }
    }

    @Test("a folder that is not a run is an error that names it")
    func noRun() throws {
      expectFailure(try nin("report", "absent", in: folder), naming: "absent does not exist")
      try folder.write(Data(), to: "file")
      expectFailure(try nin("report", "file", in: folder), naming: "file is not the folder")
      expectFailure(try nin("report", "data", in: folder), naming: "data", "metrics.json")
      expectFailure(try nin("compare", "absent", in: folder), naming: "absent")
      expectFailure(try nin("compare", in: folder), naming: "run")
      expectFailure(try nin("compare", "data", "--output", "x.pdf", in: folder), naming: "--output", ".svg")
    }

    @Test("a run on a program's images is not reported with other images, unless they are given")
    func customImages() throws {
      let images = try MNIST(directory: folder.path("data")).training().prefix(16)
      let model = Sequential(Conv2D(10, kernel: 3, stride: 3), GlobalAvgPool2D(), Flatten())
      let run = try RunFolder(folder.path("out"))
      try Trainer(
        model, recipe: Recipe(imageSize: 28, batchSize: 8, epochs: 1), training: images, test: images,
        backend: Reference(), folder: run
      ).run()
      run.release()
      #expect(try nin(["report", "out"] + Self.backend, in: folder).exitCode == 0)
      let notes = try notes("out/report.html")
      #expect(notes.count == 1 && notes[0].hasPrefix("The images were given by a program"), "\(notes)")
      #expect(try nin(["report", "out", "--data", "data"] + Self.backend, in: folder).exitCode == 0)
      #expect(try page("out/report.html").texts(of: "h2").contains("Worst mistakes"))
    }

    @Test("a comparison of runs and of the book's accuracies")
    func comparison() throws {
      expectSuccess(try nin(train("a"), in: folder))
      expectSuccess(try nin(train("b", "--seed", "3"), in: folder))
      let book = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Docs/results/book.csv").path
      let run = try nin("compare", "a", "b", book, "--output", "c.html", in: folder)
      expectSuccess(run)
      for text in ["lenet", "seed", "book pytorch", "wrote the curves to c.html"] {
        #expect(run.output.contains(text), "\(text)")
      }
      #expect(try page("c.html").texts(of: "h2") == ["Results", "Curves", "Recipes"])

      let json = try nin("compare", "a", "b", "--output", "c.svg", "--json", in: folder)
      expectSuccess(json)
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      let runs = try #require(object?["runs"] as? [[String: Any]])
      #expect(runs.map { $0["name"] as? String } == ["a", "b"] && object?["version"] as? Int == 1)
      let differences = try #require(object?["recipe_differences"] as? [[String: Any]])
      #expect(differences.map { $0["key"] as? String } == ["seed"])
      #expect(folder.has("c.svg"))
    }

    @Test("files for TensorBoard go to the run's folder or to another, and move with the run")
    func tensorBoard() throws {
      func events(_ name: String) throws -> [String] {
        try folder.names(in: name).filter { $0.hasPrefix("events.out.tfevents.") }
      }
      expectSuccess(try nin(train("out", "--tensorboard"), in: folder))
      let first = try events("out")
      #expect(first.count == 1)
      let run = try nin(train("out", "--tensorboard", "events", "--histogram-every", "1"), in: folder)
      #expect(run.exitCode == 0)
      #expect(try events("out").isEmpty && events("out/earlier/1") == first && events("events").count == 1)
      let refused = try nin(train("out", "--histogram-every", "5"), in: folder)
      expectFailure(refused, naming: "--tensorboard")
      expectFailure(
        try nin(train("out", "--tensorboard", "--histogram-every", "0"), in: folder),
        naming: "--histogram-every")
    }

    @Test("a folder for TensorBoard that is a file is a warning, and the run continues")
    func unwritableEvents() throws {
      let run = try nin(train("out", "--tensorboard", "data/t10k-labels-idx1-ubyte"), in: folder)
      #expect(run.exitCode == 0)
      #expect(run.errors.contains("nothing more is recorded for TensorBoard"))
    }
  }
}
