import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("Other data than Fashion-MNIST")
  struct OtherDataTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
    }

    /// Images of one color for each class, with some noise.
    private func writeImages(to path: String, count: Int, channels: Int = 3) throws {
      for (label, name) in ["blue", "green", "red"].enumerated() {
        try FileManager.default.createDirectory(
          atPath: folder.path("\(path)/\(name)"), withIntermediateDirectories: true)
        for index in 0..<count {
          let pixels = (0..<channels * 12 * 9).map { position -> UInt8 in
            let noise = UInt8((position * 37 + index * 11) % 64)
            return position / 108 == 2 - label ? noise + 160 : noise
          }
          try folder.write(
            PNGBytes.file(width: 12, height: 9, channels: channels, pixels),
            to: "\(path)/\(name)/\(index).png")
        }
      }
    }

    private func train(_ data: String, to output: String, _ options: String...) throws -> NinProcess.Run {
      try nin(
        [
          "train", "--backend", TestedBackends.fastest, "--data", data, "--output", output, "--epochs", "1",
          "--image-size", "67", "--batch-size", "4", "--limit-test", "6", "--learning-rate", "0.001",
        ] + options, in: folder)
    }

    private func run(_ command: String, _ data: String, _ network: String, _ options: String...) throws
      -> NinProcess.Run
    {
      try nin(
        [
          command, "--backend", TestedBackends.fastest, "--data", data, "--checkpoint",
          "\(network)/checkpoint.safetensors",
        ] + options, in: folder)
    }

    @Test("a folder of RGB images is trained on, evaluated and predicted with its classes' names")
    func images() throws {
      try writeImages(to: "images/train", count: 4)
      try writeImages(to: "images/test", count: 2)
      expectSuccess(try train("images", to: "out"))
      let description = try Checkpoint(path: folder.path("out/checkpoint.safetensors")).description
      #expect(description.classNames == ["blue", "green", "red"])
      #expect(description.image == [3, 67, 67])

      let evaluation = try run("evaluate", "images", "out")
      expectSuccess(evaluation)
      #expect(evaluation.output.contains("6 images"))
      let prediction = try run("predict", "images", "out", "--index", "1", "images/test/red/0.png")
      expectSuccess(prediction)
      let lines = prediction.output.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.last?.hasPrefix("test image 1, green/0.png (green): ") == true)
      #expect(lines.allSatisfy { line in ["blue ", "green ", "red "].allSatisfy(line.contains) })
      expectSuccess(try run("trace", "images", "out", "--batch-size", "2", "--output", "t"))
      expectSuccess(
        try run("verify", "images", "out", "--batch-size", "2", "--image-size", "67"))
    }

    @Test("a folder of classes alone is divided by the option, and resumed with the same division")
    func division() throws {
      try writeImages(to: "images", count: 5)
      expectSuccess(try train("images", to: "out", "--test-split", "0.4"))
      let evaluation = try run("evaluate", "images", "out", "--json")
      expectSuccess(evaluation)
      #expect(evaluation.output.contains("\"images\" : 6"))
      let other = try run("evaluate", "images", "out", "--json", "--test-split", "0.2")
      #expect(other.output.contains("\"images\" : 3"))
      let resumed = ["train", "--resume", "--output", "out", "--epochs", "2", "--data", "images"]
      expectFailure(
        try nin(resumed + ["--test-split", "0.2"], in: folder), naming: "images differ from those")
      // In so short a run the network may die, which is a warning.
      #expect(try nin(resumed, in: folder).exitCode == 0)
      expectFailure(try train("images", to: "out", "--test-split", "1"), naming: "test split")
      expectFailure(try run("evaluate", "images", "out", "--channels", "2"), naming: "--channels")
      expectFailure(try run("evaluate", "images", "out", "--channels", "1"), naming: "gray", "RGB")
    }

    @Test("a share of other images is tested with a notice, and all of them if that is requested")
    func otherFolder() throws {
      try writeImages(to: "images", count: 5)
      try writeImages(to: "others", count: 5)
      expectSuccess(try train("images", to: "out", "--test-split", "0.4"))
      expectSuccess(try run("evaluate", "./images/", "out"))
      let part = try run("evaluate", "others", "out", "--json")
      #expect(part.exitCode == 0 && part.output.contains("\"images\" : 6"))
      #expect(part.errors.split(separator: "\n").count == 1)
      #expect(part.errors.contains("6 of its 15 images") && part.errors.contains("--test-split 1"))
      let all = try run("evaluate", "others", "out", "--json", "--test-split", "1")
      expectSuccess(all)
      #expect(all.output.contains("\"images\" : 15"))
    }

    @Test(
      "a network is evaluated on a custom folder of classes, all of it, in any order of classes")
    func ownFolder() throws {
      try UntrainedNetwork.write(to: "net.safetensors", in: folder)
      // The network's classes are "0" to "9": two of them, of which one folder would come first.
      for (name, count) in [("7", 3), ("3", 2)] {
        try FileManager.default.createDirectory(
          atPath: folder.path("mine/\(name)"), withIntermediateDirectories: true)
        for index in 0..<count { try folder.write(SmallImages.png, to: "mine/\(name)/\(index).png") }
      }
      let command = [
        "--backend", TestedBackends.fastest, "--data", "mine", "--checkpoint", "net.safetensors",
      ]
      let evaluation = try nin(["evaluate"] + command + ["--json"], in: folder)
      expectSuccess(evaluation)
      #expect(evaluation.output.contains("\"images\" : 5"))
      let prediction = try nin(["predict"] + command + (0..<5).flatMap { ["--index", "\($0)"] }, in: folder)
      expectSuccess(prediction)
      for (label, count) in [("7", 3), ("3", 2)] {
        #expect(prediction.output.split(separator: "\n").count { $0.contains(" (\(label)): ") } == count)
      }
      let half = try nin(["evaluate"] + command + ["--json", "--test-split", "0.5"], in: folder)
      #expect(half.output.contains("\"images\" : 3"))

      try writeImages(to: "others", count: 1)
      expectFailure(
        try nin("evaluate", "--data", "others", "--checkpoint", "net.safetensors", in: folder),
        naming: "3 classes", "'blue'")
    }

    @Test("gray files are gray, and read as RGB if the network takes RGB")
    func channels() throws {
      try writeImages(to: "gray", count: 5, channels: 1)
      try writeImages(to: "color", count: 5)
      expectSuccess(try train("gray", to: "one"))
      expectSuccess(try train("gray", to: "three", "--channels", "3"))
      for (name, channels) in [("one", 1), ("three", 3)] {
        let image = try Checkpoint(path: folder.path("\(name)/checkpoint.safetensors")).description.image
        #expect(image == [channels, 67, 67])
        expectSuccess(try run("evaluate", "gray", name))
        expectSuccess(try run("evaluate", "color", name, "--test-split", "0.2"))
      }
    }

    @Test("CIFAR-10 is trained on, evaluated and predicted")
    func cifar() throws {
      try FileManager.default.createDirectory(
        atPath: folder.path("cifar"), withIntermediateDirectories: true)
      for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
        var records: [UInt8] = []
        for record in 0..<3 {
          records.append(UInt8(record))
          for position in 0..<3072 { records.append(UInt8((position * 31 + record * 7) % 251)) }
        }
        try folder.write(records, to: "cifar/\(name).bin")
      }
      let names = "airplane automobile bird cat deer dog frog horse ship truck".split(separator: " ")
      try folder.write(names.joined(separator: "\n").utf8, to: "cifar/batches.meta.txt")
      expectSuccess(try train("cifar", to: "out", "--limit-train", "12"))
      let evaluation = try run("evaluate", "cifar", "out")
      expectSuccess(evaluation)
      #expect(evaluation.output.contains("3 images"))
      let prediction = try run("predict", "cifar", "out", "--index", "2", "--top", "10")
      expectSuccess(prediction)
      #expect(prediction.output.hasPrefix("test image 2 (bird): "))
      #expect(names.allSatisfy { prediction.output.contains($0) })

      try TinyDataset().write(to: "gray", in: folder)
      expectFailure(try run("evaluate", "gray", "out"), naming: "gray (1 channel)", "RGB (3 channels)")
      try writeImages(to: "images", count: 3)
      expectFailure(try run("evaluate", "images", "out"), naming: "3 classes", "10")
      try folder.write(names.reversed().joined(separator: "\n").utf8, to: "cifar/batches.meta.txt")
      let renamed = try run("evaluate", "cifar", "out")
      #expect(renamed.exitCode == 0)
      #expect(renamed.errors.contains("class 0 is 'truck' in the data, 'airplane' in the network"))
      #expect(renamed.errors.split(separator: "\n").count == 1)
    }

    @Test("files that cannot be read are listed, and the others are trained on")
    func unreadable() throws {
      try writeImages(to: "images", count: 5)
      try folder.write([1, 2, 3], to: "images/red/broken.png")
      let run = try train("images", to: "out")
      #expect(run.exitCode == 0)
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(run.errors.hasPrefix("Warning: images/red/broken.png is neither PNG nor JPEG"))
    }

    @Test("training images of one class are a notice")
    func oneClass() throws {
      try writeImages(to: "images", count: 5)
      let one = try train("images", to: "one", "--limit-train", "1", "--batch-size", "1")
      #expect(one.exitCode == 0 && one.errors.contains("Notice: all training images are of one class, "))
      #expect(!(try train("images", to: "all")).errors.contains("class"))
    }

    @Test("a folder that is not a data set is rejected, with what would be one")
    func unknown() throws {
      try folder.write([1], to: "something.txt")
      expectFailure(
        try nin("train", "--data", ".", "--output", "out", in: folder), naming: "something.txt", "train/CLASS"
      )
      expectFailure(try nin("train", "--channels", "3", in: folder), naming: "--channels", "--data")
      #expect(!folder.has("out"))
    }
  }
}
