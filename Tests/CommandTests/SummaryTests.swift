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

    @Test("prints a line a top-level layer, as the book's layer_summary")
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
      "refuses sizes that are none",
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

    @Test("tells of a batch's parts and lanes, and what they hold", arguments: TestedBackends.fastNames)
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
      let plain = try nin("summary", "--image-size", "67", in: folder)
      let memory = try nin(
        "summary", "--image-size", "67", "--memory", "--batch-size", "8", "--threads", "1", in: folder)
      expectSuccess(memory)
      #expect(memory.output.hasPrefix(plain.output + "\nmemory on "))
      #expect(memory.output.contains("each lane has memory of its own: 1 × "))
    }

    @Test("tells of a checkpoint with batch normalization that each part keeps its activations")
    func phases() throws {
      let model = Sequential(
        Conv2D(6, kernel: 3, padding: 1), BatchNorm2D(), ReLU(), Conv2D(10, kernel: 1), GlobalAvgPool2D(),
        Flatten())
      let image: Shape = [1, 32, 32]
      let network = try Network(model, image: image, backend: Reference())
      try Checkpoint.write(
        network,
        description: CheckpointDescription(
          model: model, image: image, classNames: FashionMNIST.classNames, normalisation: .none),
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

    @Test("refuses options that go with others")
    func otherOptions() throws {
      expectFailure(try nin("summary", "--batch-size", "8", in: folder), naming: "--batch-size", "--memory")
      expectFailure(try nin("summary", "--memory", "--book", in: folder), naming: "--book", "--memory")
      expectFailure(
        try nin("summary", "--checkpoint", "it", "--classes", "3", in: folder), naming: "--checkpoint",
        "--classes")
      expectFailure(try nin("summary", "--checkpoint", "missing", in: folder), naming: "missing")
    }

    @Test("refuses two forms at once")
    func twoForms() throws {
      expectFailure(try nin("summary", "--book", "--json", in: folder), naming: "--book", "--json")
    }
  }
}
