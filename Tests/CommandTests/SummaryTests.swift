import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin summary")
  struct SummaryTests {
    private struct Summary: Decodable {
      struct Row: Decodable {
        let name: String
        let type: String
        let output_shape: [Int]
        let parameters: Int
        let macs: Int
        let children: Int?
      }

      let layers: [Row]
      let parameters: Int
      let macs: Int
    }

    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    private func summary(_ options: String...) throws -> Summary {
      let run = try nin(["summary", "--json"] + options, in: folder)
      expectSuccess(run)
      return try JSONDecoder().decode(Summary.self, from: Data(run.output.utf8))
    }

    @Test("has the book's shapes at the top level")
    func topLevel() throws {
      let rows = try summary().layers.filter { $0.name.split(separator: ".").count == 2 }
      #expect(
        rows.map(\.output_shape) == [
          [1, 96, 54, 54], [1, 96, 26, 26], [1, 256, 26, 26], [1, 256, 12, 12], [1, 384, 12, 12],
          [1, 384, 5, 5], [1, 384, 5, 5], [1, 10, 5, 5], [1, 10, 1, 1], [1, 10],
        ])
      #expect(rows.map(\.name) == (0..<10).map { "net.\($0)" })
      #expect(rows.map(\.children) == [6, nil, 6, nil, 6, nil, nil, 6, nil, nil])
    }

    @Test("has leaves with the names of PyTorch's modules")
    func leaves() throws {
      let leaves = try summary().layers.filter { $0.children == nil }
      #expect(leaves.prefix(7).map(\.name) == (0..<6).map { "net.0.\($0)" } + ["net.1"])
      #expect(
        leaves.prefix(7).map(\.type) == ["Conv2D", "ReLU", "Conv2D", "ReLU", "Conv2D", "ReLU", "MaxPool2D"])
      #expect(leaves.first?.parameters == 11_712)
      #expect(leaves.first { $0.name == "net.2.0" }?.macs == 415_334_400)
    }

    @Test("counts only leaves in its totals")
    func totals() throws {
      let summary = try summary()
      let leaves = summary.layers.filter { $0.children == nil }
      #expect(summary.parameters == 1_992_166)
      #expect(summary.macs == 762_297_352)
      #expect(leaves.reduce(0) { $0 + $1.parameters } == summary.parameters)
      #expect(leaves.reduce(0) { $0 + $1.macs } == summary.macs)
      #expect(summary.layers.first { $0.name == "net.0" }?.parameters == 11_712 + 2 * 9_312)
    }

    @Test("knows the book's other networks by their numbers of parameters")
    func otherModels() throws {
      #expect(try summary("--model", "alexnet").parameters == 46_764_746)
      #expect(try summary("--model", "vgg11").parameters == 128_806_154)
    }

    @Test("prints a line per top-level layer, as the book's layer_summary")
    func book() throws {
      let run = try nin("summary", "--book", in: folder)
      expectSuccess(run)
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 10)
      #expect(lines.first == "Sequential output shape:\t1×96×54×54")
      #expect(lines.last == "Flatten output shape:\t1×10")
    }

    @Test("takes 67×67, the smallest image")
    func smallestImage() throws {
      let rows = try summary("--image-size", "67").layers
      #expect(rows.first { $0.name == "net.5" }?.output_shape == [1, 384, 1, 1])
    }

    @Test(
      "names the layer that an image is too small for, and the smallest image", arguments: [1, 28, 64, 66])
    func tooSmall(size: Int) throws {
      let run = try nin("summary", "--image-size", "\(size)", in: folder)
      expectFailure(run, naming: "net.", "67×67")
      #expect(run.output.isEmpty)
    }

    @Test("says at 64×64 that it is the last pooling that does not fit")
    func lastPooling() throws {
      expectFailure(
        try nin("summary", "--image-size", "64", in: folder), naming: "net.5", "MaxPool2D", "1×384×2×2",
        "67×67")
    }

    @Test(
      "rejects invalid sizes",
      arguments: ["-3", "0", "1000000000", "9223372036854775807", "99999999999999999999", "abc", ""])
    func noSize(size: String) throws {
      for option in ["--image-size", "--channels", "--classes"] {
        expectFailure(try nin("summary", option, size, in: folder), naming: size)
      }
    }

    // MARK: Memory

    private struct WithMemory: Decodable {
      struct Use: Decodable {
        let images_per_part: Int
        let parts: Int
        let lanes: Int
        let phases: Int
        let parts_held: Int
        let bytes_per_part: Int
        let weight_bytes: Int
        let gradient_bytes: Int
        let activation_bytes: Int
        let workspace_bytes: Int
        let convolutions_by_winograd: [String]

        var bytesOfParts: Int { activation_bytes + workspace_bytes }
      }

      struct Memory: Decodable {
        let training: Use
        let prediction: Use
      }

      let parameters: Int
      let memory: Memory
    }

    private func withMemory(_ options: [String]) throws -> WithMemory {
      let run = try nin(
        ["summary", "--memory", "--json", "--threads", "2", "--batch-size", "64"] + options, in: folder)
      expectSuccess(run)
      return try JSONDecoder().decode(WithMemory.self, from: Data(run.output.utf8))
    }

    @Test("prints a batch's parts and lanes, and their memory", arguments: TestedBackends.fastNames)
    func memory(backend: String) throws {
      let summary = try withMemory(["--image-size", "67", "--backend", backend])
      for use in [summary.memory.training, summary.memory.prediction] {
        #expect(use.images_per_part == 8)
        #expect(use.parts == 8)
        #expect(use.lanes == 2)
        #expect(use.phases == 1)
        #expect(use.parts_held == 2)
        #expect(use.bytesOfParts == 2 * use.bytes_per_part)
        #expect((4 * summary.parameters..<5 * summary.parameters).contains(use.weight_bytes))
      }
      #expect(summary.memory.training.gradient_bytes >= 4 * summary.parameters)
      #expect(summary.memory.prediction.gradient_bytes == 0)
      let smaller = try withMemory(["--image-size", "67", "--backend", backend, "--micro-batch", "1"]).memory
      #expect(smaller.training.parts == 64)
      #expect(smaller.training.bytesOfParts < summary.memory.training.bytesOfParts)
    }

    @Test("names the convolutions that winograd computes", arguments: TestedBackends.fastNames)
    func algorithms(backend: String) throws {
      func convolutions(_ options: String...) throws -> [[String]] {
        let memory = try withMemory(["--backend", backend] + options).memory
        return [memory.training.convolutions_by_winograd, memory.prediction.convolutions_by_winograd]
      }
      let all = ["net.2.0", "net.4.0", "net.7.0"]
      #expect(try convolutions("--conv-algorithm", "winograd", "--image-size", "67") == [all, all])
      #expect(try convolutions("--conv-algorithm", "direct", "--image-size", "67") == [[], []])
      #expect(
        try convolutions("--conv-algorithm", "auto") == [["net.2.0", "net.4.0"], ["net.2.0", "net.4.0"]])
    }

    @Test("prints memory below what it prints without")
    func memoryBelow() throws {
      let plain = try nin("summary", "--image-size", "67", "--batch-size", "8", in: folder)
      let memory = try nin(
        "summary", "--image-size", "67", "--memory", "--batch-size", "8", "--threads", "1", in: folder)
      expectSuccess(memory)
      #expect(memory.output.hasPrefix(plain.output + "\nmemory on "))
      #expect(memory.output.contains("each lane has its own memory: 1 × "))
    }

    @Test("prints for a checkpoint with batch normalization that each part keeps its activations")
    func phases() throws {
      let model = Sequential(
        Conv2D(6, kernel: 3, padding: 1), BatchNorm2D(), ReLU(), Conv2D(10, kernel: 1), GlobalAvgPool2D(),
        Flatten())
      let image: Shape = [1, 32, 32]
      let network = try Network(model, image: image, backend: Reference())
      try network.initialize(seed: 0)
      try Checkpoint.write(
        network,
        description: CheckpointDescription(
          model: model, image: image, classNames: FashionMNIST.classNames, normalization: .none),
        to: folder.path("it.safetensors"))
      for backend in TestedBackends.fastNames {
        let memory = try withMemory(["--checkpoint", "it.safetensors", "--backend", backend]).memory
        #expect(memory.training.phases == 4)
        #expect(memory.training.parts_held == 32)
        #expect(memory.training.bytesOfParts == 32 * memory.training.bytes_per_part)
        #expect(memory.prediction.phases == 1)
        #expect(memory.prediction.parts_held == 2)
        let run = try nin(
          "summary", "--checkpoint", "it.safetensors", "--memory", "--backend", backend, in: folder)
        #expect(run.output.contains("each part keeps its activations: 32 × "))
      }
    }

    @Test("is of the recipe's network, images and batches unless options replace them")
    func recipe() throws {
      try Data("{model: 'lenet', imageSize: 32, batchSize: 16}".utf8)
        .write(to: folder.url.appendingPathComponent("mine.json5"))
      func output(_ options: String...) throws -> String {
        let run = try nin(["summary", "--memory", "--recipe", "mine.json5"] + options, in: folder)
        expectSuccess(run)
        return run.output
      }
      let plain = try output()
      #expect(plain.hasPrefix("lenet on 1×1×32×32\n") && plain.contains("batches of 16"))
      let changed = try output("--model", "vgg11-slim", "--image-size", "64", "--batch-size", "4")
      #expect(changed.hasPrefix("vgg11-slim on 1×1×64×64\n") && changed.contains("batches of 4"))
      let best = try nin("summary", "--memory", "--recipe", "best", in: folder)
      #expect(best.output.hasPrefix("nin-small on 1×1×28×28\n"))
    }

    #if os(Linux)
      /// Recipes of which each has a part of the memory that the others lack.
      private static let recipes =
        TestedBackends.fastNames.flatMap { backend in
          [16, 64].map { "{imageSize: 96, batchSize: \($0), backend: '\(backend)'}" }
        } + [
          "{imageSize: 96, batchSize: 64, optimizer: {adamw: {}}, averageDecay: 0.9}",
          "{imageSize: 96, batchSize: 64, frozen: ['net.0', 'net.2', 'net.4']}",
          "{tab: 'tensorflow', batchSize: 64, model: {nin: {width: 0.125}}}",
          "{model: 'alexnet', imageSize: 96, batchSize: 64}",
        ]

      @Test("predicts the peak memory of a run, within 10 %", arguments: recipes)
      func measuredMemory(recipe: String) throws {
        struct Costs: Decodable {
          struct Memory: Decodable {
            struct Use: Decodable {
              let process_bytes: Int
              let data_set_bytes: Int
            }
            let training: Use
          }
          let memory: Memory
        }
        let data = TinyDataset(trainingCount: 4 * 64, testCount: 64)
        try data.write(to: "data", in: folder)
        try Data(recipe.utf8).write(to: folder.url.appendingPathComponent("mine.json5"))
        let summary = try nin(
          "summary", "--memory", "--json", "--threads", "2", "--recipe", "mine.json5", in: folder)
        expectSuccess(summary)
        let expected = try JSONDecoder().decode(Costs.self, from: Data(summary.output.utf8)).memory.training
        let images = (data.trainingCount + data.testCount) * 28 * 28
        let process = try NinProcess(
          [
            "train", "--recipe", "mine.json5", "--epochs", "1", "--threads", "2", "--data", "data",
            "--output",
            "run",
          ], in: folder)
        var peak = 0
        while let present = Self.peakMemory(process.identifier) {
          peak = max(peak, present)
          usleep(2000)
        }
        // On noise a network may die, of which nin train warns.
        #expect(try process.finish().exitCode == 0)
        let foreseen = Double(expected.process_bytes - expected.data_set_bytes + images)
        #expect(
          abs(foreseen - Double(peak)) < 0.1 * Double(peak), "\(foreseen / 1e6) for \(Double(peak) / 1e6) MB")
      }

      /// The most memory that a process has had so far; nil once it has ended.
      private static func peakMemory(_ identifier: Int32) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
          let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
          let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes * 1024
      }
    #endif

    // MARK: Time, and networks side by side

    private struct WithTime: Decodable {
      struct Time: Decodable {
        struct Use: Decodable {
          let forward_seconds: Double
          let backward_seconds: Double
          let update_seconds: Double
          let batch_seconds: Double
        }

        let training: Use
        let prediction: Use
        let operations_per_second: Double
      }

      let macs: Int
      let time: Time
    }

    @Test("predicts the time of a batch from the machine's peak", arguments: TestedBackends.fastNames)
    func time(backend: String) throws {
      let run = try nin("summary", "--time", "--json", "--batch-size", "64", "--backend", backend, in: folder)
      expectSuccess(run)
      let summary = try JSONDecoder().decode(WithTime.self, from: Data(run.output.utf8))
      for use in [summary.time.training, summary.time.prediction] {
        let sum = use.forward_seconds + use.backward_seconds + use.update_seconds
        #expect(abs(sum - use.batch_seconds) < 1e-9)
        // Winograd's algorithm does fewer products, at most 6.25 times fewer.
        let direct = 2 * 64 * Double(summary.macs) / summary.time.operations_per_second
        #expect(use.forward_seconds > direct / 6.25)
        #expect(use.forward_seconds < 3 * direct)
      }
      #expect(summary.time.prediction.backward_seconds == 0)
    }

    @Test("compares networks and files")
    func compare() throws {
      try UntrainedNetwork.write(to: "it.safetensors", in: folder)
      expectSuccess(try nin("export", "--checkpoint", "it.safetensors", "--output", "it.onnx", in: folder))
      let run = try nin(
        "summary", "--compare", "nin,alexnet,it.safetensors,it.onnx", "--batch-size", "8", "--json",
        in: folder)
      expectSuccess(run)
      struct Comparison: Decodable {
        struct Network: Decodable {
          let name: String
          let parameters: Int
          let dense_parameters: Int
          let macs: Int
        }
        let networks: [Network]
      }
      let networks = try JSONDecoder().decode(Comparison.self, from: Data(run.output.utf8)).networks
      #expect(networks.map(\.name) == ["nin", "alexnet", "it.safetensors", "it.onnx"])
      #expect(networks.map(\.parameters) == [1_992_166, 46_764_746, 1_992_166, 1_992_166])
      // 6,400×4,096 + 4,096×4,096 + 4,096×10, and biases.
      #expect(networks.map(\.dense_parameters) == [0, 43_040_778, 0, 0])
      #expect(networks[2].macs == networks[3].macs)
      let table = try nin("summary", "--compare", "nin,vgg11", "--batch-size", "8", in: folder)
      expectSuccess(table)
      #expect(table.output.contains("119,586,826"))
      #expect(table.output.contains("392.0 MiB"))
    }

    @Test("shows an ONNX file's layers, for images of the file's size or another")
    func onnx() throws {
      try UntrainedNetwork.write(to: "it.safetensors", in: folder)
      expectSuccess(try nin("export", "--checkpoint", "it.safetensors", "--output", "it.onnx", in: folder))
      let (file, catalog) = (try summary("--model", "it.onnx"), try summary("--image-size", "67"))
      #expect(file.macs == catalog.macs)
      #expect(file.parameters == catalog.parameters)
    }

    @Test("names an argument that is not a network")
    func unknownNetworks() throws {
      expectFailure(try nin("summary", "--model", "nin2", in: folder), naming: "nin2", "alexnet")
      expectFailure(try nin("summary", "--compare", "nin,nin2", in: folder), naming: "nin2", "alexnet")
      expectFailure(try nin("summary", "--compare", "nin,absent.onnx", in: folder), naming: "absent.onnx")
      expectFailure(try nin("summary", "--compare", "nin,,lenet", in: folder), naming: "unknown network")
      expectFailure(
        try nin("summary", "--compare", "nin", "--model", "nin", in: folder), naming: "--compare", "--model")
    }

    @Test("rejects options that need others")
    func otherOptions() throws {
      expectFailure(try nin("summary", "--micro-batch", "8", in: folder), naming: "--micro-batch", "--memory")
      expectFailure(try nin("summary", "--memory", "--book", in: folder), naming: "--book", "--memory")
      expectFailure(
        try nin("summary", "--checkpoint", "it", "--classes", "3", in: folder), naming: "--checkpoint",
        "--classes")
      expectFailure(try nin("summary", "--checkpoint", "missing", in: folder), naming: "missing")
    }

    @Test("rejects two forms at once")
    func twoForms() throws {
      expectFailure(try nin("summary", "--book", "--json", in: folder), naming: "--book", "--json")
    }
  }
}
