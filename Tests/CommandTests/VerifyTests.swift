import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin trace and nin verify")
  struct VerifyTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    /// The JSON of nin verify, as far as it is used here.
    private struct Report: Decodable {
      struct Tensor: Decodable {
        let name: String
        let layer: String
        let passes: Bool
      }

      struct Recording: Decodable {
        let name: String
        let plan: String?
        let passes: Bool
        let first_departure: Tensor?
        let activations: [Tensor]
        let gradients: [Tensor]
      }

      let passes: Bool
      let recordings: [Recording]
      let uncompared: [String]
    }

    private func trace(to name: String, _ arguments: String..., backend: String = TestedBackends.fastest)
      throws
    {
      let batch = arguments.contains("--against") ? [] : ["--image-size", "67", "--batch-size", "2"]
      expectSuccess(
        try nin(
          ["--backend", backend, "trace", "--data", "data", "--output", name] + batch + arguments, in: folder)
      )
    }

    private func verify(_ arguments: String...) throws -> NinProcess.Run {
      try nin(["verify", "--data", "data"] + arguments, in: folder)
    }

    private func report(_ run: NinProcess.Run) throws -> Report {
      try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    }

    /// Writes a trace again with its tensors and metadata changed.
    private func rewrite(
      _ name: String, to other: String, metadata: [String: String]? = nil,
      _ change: (inout [(name: String, tensor: NetworkInNetwork.Tensor<Float>)]) -> Void
    ) throws {
      let file = try SafetensorsFile(path: folder.path(name))
      var tensors = try file.names.map { (name: $0, tensor: try file.tensor($0, as: Float.self)) }
      change(&tensors)
      try Safetensors.write(tensors: tensors, metadata: metadata ?? file.metadata, to: folder.path(other))
    }

    @Test(
      "every backend is within rounding of float64, and the trace of each", arguments: TestedBackends.names)
    func agreement(backend: String) throws {
      try trace(to: "t.safetensors", backend: backend)
      let run = try verify("--against", "t.safetensors", "--backends", backend, "--json")
      expectSuccess(run)
      let report = try report(run)
      #expect(report.passes && report.uncompared.count == 26)
      #expect(report.recordings.map(\.name) == ["t.safetensors", backend, backend, backend])
      #expect(report.recordings.map(\.plan) == ["separate", "separate", "training", "prediction"])
      for recording in report.recordings {
        #expect(recording.activations.map(\.name).contains("activations.net.1"))
        #expect(recording.gradients.count == (recording.plan == "prediction" ? 0 : 24))
        if recording.plan == "separate" { #expect(recording.activations.count == 30 + 4 + 2) }
      }
    }

    @Test("a trace has what others need to reproduce it")
    func traceContents() throws {
      try trace(to: "t.safetensors", "--seed", "7")
      let file = try SafetensorsFile(path: folder.path("t.safetensors"))
      #expect(file.metadata["backend"] == TestedBackends.fastest)
      #expect(file.metadata["seed"] == "7" && file.metadata["precision"] == "float32")
      #expect(try file.shape(of: "loss") == [])
      #expect(try file.shape(of: "input") == [2, 1, 67, 67])
      for layer in (0...9).map({ "net.\($0)" }) + ["net.0.0", "net.7.5"] {
        #expect(file.names.contains("activations.\(layer)"), "\(layer)")
      }
      let blockEnd = try file.tensor("activations.net.4.5", as: Float.self)
      #expect(try file.tensor("activations.net.4", as: Float.self) == blockEnd)
      #expect(try file.tensor("activations.net.9", as: Float.self) == file.tensor("logits", as: Float.self))
      #expect(try file.shape(of: "gradients.net.2.0.weight") == file.shape(of: "parameters.net.2.0.weight"))
    }

    @Test(
      "a tensor that is scaled by 1.001 is caught and its layer named first",
      arguments: [
        ("activations.net.2.2", "net.2.2"), ("activations.net.4", "net.4"), ("activations.net.8", "net.8"),
        ("gradients.net.4.2.weight", "net.4.2"), ("gradients.net.0.0.bias", "net.0.0"), ("loss", "loss"),
      ])
    func scaled(name: String, layer: String) throws {
      try trace(to: "t.safetensors")
      try rewrite("t.safetensors", to: "bad.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == name {
          tensors[index].tensor = tensors[index].tensor.map { $0 * 1.001 }
        }
      }
      let run = try verify("--against", "bad.safetensors", "--backends", TestedBackends.fastest, "--json")
      #expect(run.exitCode == 1)
      let report = try report(run)
      #expect(report.recordings.map(\.passes) == [false, true, true, true])
      #expect(report.recordings[0].first_departure?.layer == layer)
    }

    @Test(
      "the trace of each plan says which, and is judged", arguments: ["separate", "training", "prediction"])
    func plans(plan: String) throws {
      try trace(to: "t.safetensors", "--plan", plan)
      let file = try SafetensorsFile(path: folder.path("t.safetensors"))
      #expect(file.metadata["plan"] == plan)
      #expect(file.names.contains("gradients.net.0.0.weight") == (plan != "prediction"))
      // It is computed behind the pooling in the plans that train and predict.
      #expect(file.names.contains("activations.net.0.5") == (plan == "separate"))
      let run = try verify("--against", "t.safetensors", "--backends", TestedBackends.fastest, "--json")
      expectSuccess(run)
      #expect(try report(run).recordings[0].plan == plan)
      try rewrite("t.safetensors", to: "bad.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == "activations.net.2.1" {
          tensors[index].tensor = tensors[index].tensor.map { $0 * 1.001 }
        }
      }
      let wrong = try verify("--against", "bad.safetensors", "--backends", TestedBackends.fastest)
      #expect(wrong.exitCode == 1)
      #expect(wrong.output.contains("activations.net.2.1 is off by"))
    }

    @Test("a network with one changed bias is caught at its layer, and everything else passes")
    func otherBias() throws {
      try trace(to: "t.safetensors")
      try rewrite("t.safetensors", to: "bad.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == "parameters.net.4.2.bias" {
          tensors[index].tensor.elements[5] += 1e-3
        }
      }
      let run = try verify("--against", "bad.safetensors", "--backends", TestedBackends.fastest)
      #expect(run.exitCode == 1)
      #expect(run.output.contains("bad.safetensors: first mismatch at net.4.2: activations.net.4.2"))
      #expect(run.output.split(separator: "\n").count { $0.contains("MISMATCH") } == 1)
    }

    /// Writes a batch with one number that is not finite, and its labels.
    private func writeBatch(with value: Float) throws {
      var images = Tensor<Float>(shape: [2, 1, 67, 67], repeating: 0.5)
      images.elements[67 * 30 + 30] = value
      try NPY.write(images, to: folder.path("x.npy"))
      try NPY.write(Tensor<Int64>(shape: [2], elements: [0, 1]), to: folder.path("y.npy"))
    }

    @Test("the trace of a checkpoint brings its own network")
    func tracedCheckpoint() throws {
      try UntrainedNetwork.write(to: "w.safetensors", in: folder)
      try trace(to: "t.safetensors", "--checkpoint", "w.safetensors")
      expectSuccess(try verify("--against", "t.safetensors", "--backends", TestedBackends.fastest))
      try rewrite("t.safetensors", to: "bad.safetensors", metadata: ["layers": "[]"]) { _ in }
      expectFailure(try verify("--against", "bad.safetensors"), naming: "bad.safetensors", "layers")
    }

    @Test("a NaN or an infinity in the images passes on every backend", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) throws {
      try writeBatch(with: value)
      expectSuccess(try verify("--input", "x.npy", "--labels", "y.npy"))
    }

    @Test(
      "winograd's layers are named, and non-finite images hide no error",
      arguments: TestedBackends.fastNames)
    func winograd(backend: String) throws {
      try writeBatch(with: .nan)
      let batch = ["--input", "x.npy", "--labels", "y.npy", "--conv-algorithm", "winograd"]
      expectSuccess(
        try nin(["trace", "--backend", backend, "--output", "t.safetensors"] + batch, in: folder))
      let right = try nin(
        ["verify", "--against", "t.safetensors", "--backends", backend] + batch, in: folder)
      expectSuccess(right)
      #expect(right.output.contains("net.2.0, net.4.0, net.7.0 by winograd"))
      try rewrite("t.safetensors", to: "wrong.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == "activations.net.4.0" {
          tensors[index].tensor = tensors[index].tensor.map { $0 * 1.01 }
        }
      }
      let wrong = try nin(
        ["verify", "--against", "wrong.safetensors", "--backends", backend] + batch, in: folder)
      #expect(wrong.exitCode == 1)
      #expect(wrong.output.contains("wrong.safetensors: first mismatch at net.4.0: activations.net.4.0"))
    }

    @Test(
      "a NaN that became a number is a mismatch",
      arguments: [("activations.net.0.2", "net.0.2"), ("gradients.net.7.0.weight", "net.7.0")])
    func lostNaN(name: String, layer: String) throws {
      try writeBatch(with: .nan)
      expectSuccess(
        try nin(
          "--backend", "reference", "trace", "--input", "x.npy", "--labels", "y.npy",
          "--output", "t.safetensors", in: folder))
      try rewrite("t.safetensors", to: "lost.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == name {
          guard let place = tensors[index].tensor.elements.firstIndex(where: \.isNaN) else { continue }
          tensors[index].tensor.elements[place] = 0
        }
      }
      let run = try verify("--against", "lost.safetensors", "--backends", "reference")
      #expect(run.exitCode == 1)
      #expect(run.output.contains("lost.safetensors: first mismatch at \(layer): \(name)"))
    }

    @Test("a trace of some tensors is judged by those, and the others are listed")
    func partial() throws {
      try trace(to: "t.safetensors")
      let image = ["--image-size", "67", "--batch-size", "2", "--data", "data", "--json"]
      for (kept, extra) in [("activations.net.", 0), ("gradients.", 0), ("logits", 1)] {
        try rewrite("t.safetensors", to: "part.safetensors", metadata: [:]) { tensors in
          tensors = tensors.filter { $0.name.hasPrefix(kept) && $0.name.split(separator: ".").count != 4 }
          if extra > 0 { tensors.append(("mine", Tensor(shape: [1], elements: [1]))) }
        }
        let run = try nin(
          ["verify", "--against", "part.safetensors", "--backends", TestedBackends.fastest] + image,
          in: folder)
        expectSuccess(run)
        #expect(try report(run).uncompared == (extra > 0 ? ["mine"] : []))
      }
    }

    @Test("a trace that does not fit is rejected in one line")
    func refusals() throws {
      try trace(to: "t.safetensors")
      try rewrite("t.safetensors", to: "none.safetensors") {
        $0 = [("mine", Tensor(shape: [1], elements: [1]))]
      }
      expectFailure(try verify("--against", "none.safetensors"), naming: "none.safetensors", "mine")
      try rewrite("t.safetensors", to: "shape.safetensors") { tensors in
        for index in tensors.indices where tensors[index].name == "activations.net.1" {
          tensors[index].tensor = Tensor(shape: [3, 2], repeating: 0)
        }
      }
      expectFailure(
        try verify("--against", "shape.safetensors"), naming: "activations.net.1", "3×2", "2×96×7×7")
      try folder.write(Data("no trace".utf8), to: "damaged.safetensors")
      expectFailure(try verify("--against", "damaged.safetensors"), naming: "damaged.safetensors")
      expectFailure(try verify("--against", "absent.safetensors"), naming: "absent.safetensors")
    }

    @Test("impossible options are rejected in one line")
    func options() throws {
      let name = TestedBackends.fastest
      expectFailure(try verify("--backends", "\(name),\(name)"), naming: "twice", name)
      expectFailure(try verify("--backends", "\(name),"), naming: "backend")
      expectFailure(try verify("--backends", "gpu"), naming: "gpu")
      expectFailure(try verify("--backends", "reference", "--precision", "bf16"), naming: "bf16")
      expectFailure(try verify("--input", "x.npy"), naming: "--labels")
      expectFailure(try verify("--plot", "p.svg"), naming: "--train")
      expectFailure(try verify("--train", "0"), naming: "--train")
      expectFailure(try verify("--momentum", "0.5"), naming: "--momentum", "--train")
      expectFailure(try verify("--train", "1", "--momentum", "1"), naming: "--momentum")
      expectFailure(try verify("--optimizer", "adamw"), naming: "--optimizer", "--train")
      expectFailure(
        try verify("--train", "1", "--optimizer", "adamw", "--momentum", "0.5"), naming: "--momentum", "sgd")
      expectFailure(try verify("--train", "1", "--optimizer", "lion"), naming: "--optimizer")
      expectFailure(try verify("--train", "1", "--weight-decay", "inf"), naming: "--weight-decay", "finite")
      expectFailure(try verify("--train", "1", "--nesterov", "--momentum", "0"), naming: "--nesterov")
      expectFailure(
        try nin("trace", "--plan", "prediction", "--dropout", "--output", "t.safetensors", in: folder),
        naming: "--dropout", "--plan")
      expectFailure(try verify("--checkpoint", "absent.safetensors"), naming: "absent.safetensors")
      expectFailure(try verify("--image-size", "20"), naming: "net.")
      try NPY.write(Tensor<Float>(shape: [2, 1, 67, 67], repeating: 0.5), to: folder.path("x.npy"))
      for (labels, problem) in [([0, 10], "10"), ([0, -1], "-1"), ([0], "2 images and 1 label were given")]
        as [([Int64], String)]
      {
        try NPY.write(Tensor(shape: [labels.count], elements: labels), to: folder.path("y.npy"))
        expectFailure(try verify("--input", "x.npy", "--labels", "y.npy"), naming: problem)
      }
      try NPY.write(Tensor<Float>(shape: [2, 67, 67], repeating: 0.5), to: folder.path("x.npy"))
      expectFailure(try verify("--input", "x.npy", "--labels", "y.npy"), naming: "2×67×67")
    }

    @Test("the reference in float64 agrees with itself, with dropout too, and not with float32")
    func float64() throws {
      let image = ["--image-size", "67", "--batch-size", "2", "--data", "data", "--precision", "float64"]
      for dropout in [[], ["--dropout"]] {
        expectSuccess(try nin(["verify"] + image + dropout, in: folder))
      }
      try trace(to: "t.safetensors", backend: "reference")
      try rewrite("t.safetensors", to: "f.safetensors", metadata: ["precision": "float64"]) { _ in }
      // It is stored in float32, and so it is judged as that.
      expectSuccess(try verify("--against", "f.safetensors", "--precision", "float64"))
    }

    /// The JSON of nin verify --train, as far as it is used here.
    private struct TrainingReport: Decodable {
      struct Training: Decodable {
        struct Step: Decodable {
          let step: Int
          let loss: Double
          let passes: Bool
        }

        let name: String
        let plan: String
        let passes: Bool
        let steps: [Step]
      }

      let passes: Bool
      let trainings: [Training]
    }

    @Test("each step of a run passes on every backend, and the losses are drawn")
    func training() throws {
      let arguments = [
        "verify", "--data", "data", "--train", "3", "--image-size", "67", "--batch-size", "4", "--dropout",
        "--backends", TestedBackends.names.joined(separator: ","),
      ]
      let run = try nin(arguments + ["--plot", "losses.svg", "--json", "--nesterov"], in: folder)
      expectSuccess(run)
      let report = try JSONDecoder().decode(TrainingReport.self, from: Data(run.output.utf8))
      #expect(report.passes && report.trainings.map(\.name) == TestedBackends.names)
      for training in report.trainings {
        #expect(training.plan == "training" && training.passes)
        #expect(training.steps.map(\.step) == [0, 1, 2, 3] && training.steps.allSatisfy(\.passes))
        #expect(abs(training.steps[0].loss - report.trainings[0].steps[0].loss) < 1e-4)
      }
      let svg = String(decoding: try folder.read("losses.svg"), as: UTF8.self)
      let picture = ParsedMarkup(svg)
      #expect(picture.problem == nil)
      #expect(Set(TestedBackends.names).isSubset(of: picture.texts(of: "text")))
      // A point for each step; lines of axes and of the legend have fewer.
      let curves = picture.elements.filter {
        $0.attributes["points"]?.split(separator: " ").count == report.trainings[0].steps.count
      }
      #expect(curves.count == TestedBackends.names.count)
    }
  }
}
