import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("--tab")
  struct TabTests {
    private let folder: TemporaryFolder
    private let tiny = [
      "--backend", TestedBackends.fastest, "--data", "data", "--image-size", "67", "--batch-size", "8",
      "--limit-train", "12", "--epochs", "2",
    ]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    /// Those whose head takes images of 67×67.
    private static let globalTabs: [Tab] = [.mxnet, .pytorch, .tensorflow]

    @Test(
      "trains, prints the book's measures, and evaluates on images resized as in training",
      arguments: globalTabs)
    func trains(tab: Tab) throws {
      let run = try nin(["train", "--tab", tab.rawValue, "--output", "out"] + tiny, in: folder)
      expectSuccess(run)
      #expect(run.output.contains("as the book's \(tab.rawValue) tab: weights glorot-uniform"))
      #expect(run.output.contains("val_acc 0."))
      let evaluation = try nin(
        "evaluate", "--checkpoint", "out/checkpoint.safetensors", "--data", "data", "--json", "--batch-size",
        "8",
        "--backend", TestedBackends.fastest, in: folder)
      expectSuccess(evaluation)
      let report =
        try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any]
      let json = try JSONSerialization.jsonObject(with: folder.read("out/metrics.json")) as? [String: Any]
      let last = try #require(json?["last"] as? [String: Any])
      let tested = try #require(last["test_loss"] as? Double)
      #expect(json?["tab"] as? String == tab.rawValue)
      // Prediction fuses layers that training does not.
      #expect(abs(try #require(report?["loss"] as? Double) - tested) < 1e-5)
      expectSuccess(
        try nin(
          "predict", "--checkpoint", "out/checkpoint.safetensors", "--data", "data", "--index", "3",
          in: folder))
    }

    @Test("is kept over an interruption, and cannot be replaced")
    func resume() throws {
      for epochs in ["1", "2"] {
        expectSuccess(
          try nin(
            ["train", "--tab", "mxnet", "--resume", "--output", "out"] + tiny.dropLast() + [epochs],
            in: folder))
      }
      expectFailure(
        try nin("train", "--tab", "pytorch", "--resume", "--output", "out", "--data", "data", in: folder),
        naming: "out", "--epochs")
      expectSuccess(try nin(["train", "--tab", "mxnet", "--output", "whole"] + tiny, in: folder))
      #expect(try folder.read("out/checkpoint.safetensors") == folder.read("whole/checkpoint.safetensors"))
      let recipe = try RecipeFile.read(folder.path("out/recipe.json5"))
      #expect(recipe.tab == .mxnet && recipe.effectiveInitialization == Tab.mxnet.initialization)
    }

    @Test("replaces a recipe's initial weights")
    func overRecipe() throws {
      let run = try nin("recipe", "quick", "--tab", "jax", in: folder)
      expectSuccess(run)
      #expect(run.output.contains("tab: \"jax\"") && run.output.contains("initialization: null"))
    }

    @Test("prints a framework's layer_summary, or its layouts", arguments: Tab.allCases)
    func summary(tab: Tab) throws {
      let first: [Tab: Substring] = [
        .mxnet: "Sequential output shape:\t (1, 96, 54, 54)",
        .pytorch: "Sequential output shape:\t torch.Size([1, 96, 54, 54])",
        .tensorflow: "Sequential output shape:\t (1, 54, 54, 96)",
        .jax: "Sequential output shape:\t (1, 54, 54, 96)",
      ]
      let run = try nin("summary", "--tab", tab.rawValue, in: folder)
      expectSuccess(run)
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 10 && lines.first == first[tab])
      let table = try nin("summary", "--tab", tab.rawValue, "--verbose", in: folder)
      expectSuccess(table)
      #expect(table.output.contains(tab.isChannelsLast ? "(11, 11, 1, 96)" : "(96, 1, 11, 11)"))
    }

    @Test("gives a trace the tab's images: equal up to rounding")
    func trace() throws {
      var inputs: [Tab: [Double]] = [:]
      for tab in Self.globalTabs {
        expectSuccess(
          try nin(
            "trace", "--tab", tab.rawValue, "--data", "data", "--image-size", "67", "--batch-size", "2",
            "--backend", "reference", "--output", "\(tab.rawValue).safetensors", in: folder))
        let file = try SafetensorsFile(path: folder.path("\(tab.rawValue).safetensors"))
        #expect(file.metadata["tab"] == tab.rawValue)
        inputs[tab] = try file.tensor("input", as: Double.self).elements
      }
      let floats = try #require(inputs[.tensorflow])
      for tab in [Tab.mxnet, .pytorch] {
        let worst = zip(try #require(inputs[tab]), floats).map { abs($0 - $1) }.max() ?? 1
        // Pillow rounds after each direction.
        #expect(worst > 0.1 / 255 && worst < 1.1 / 255)
      }
      expectSuccess(
        try nin(
          "verify", "--against", "mxnet.safetensors", "--backends", "reference", "--threads", "2", in: folder)
      )
      expectSuccess(
        try nin(
          "verify", "--tab", "tensorflow", "--data", "data", "--image-size", "67", "--batch-size", "2",
          "--backends",
          TestedBackends.fastest, in: folder))
    }

    @Test(
      "is rejected with options that contradict it",
      arguments: [
        (["train", "--tab", "keras"], "keras"),
        (["train", "--tab", "tensorflow", "--flip"], "flip"),
        (["train", "--tab", "jax", "--shift", "2"], "shift"),
        (["train", "--tab", "jax", "--image-size", "96"], "195×195"),
        (["train", "--tab", "jax", "--image-size", "227", "--data", "data"], "4 numbers per class"),
        (["summary", "--tab", "jax", "--image-size", "194"], "195×195"),
        (["summary", "--tab", "jax", "--book"], "--book"),
        (["summary", "--tab", "jax", "--json"], "--json"),
        (["summary", "--tab", "jax", "--memory"], "--memory"),
        (["summary", "--tab", "jax", "--model", "alexnet"], "--model"),
        (["summary", "--tab", "jax", "--depth", "21"], "--depth"),
        (["summary", "--verbose"], "--tab"),
        (["trace", "--tab", "jax", "--checkpoint", "c", "--output", "t"], "--checkpoint"),
        (["verify", "--tab", "jax", "--checkpoint", "c"], "--checkpoint"),
      ])
    func refusals(arguments: [String], name: String) throws {
      let run = try nin(arguments, in: folder)
      expectFailure(run, naming: name)
      #expect(run.output.isEmpty)
    }
  }
}
