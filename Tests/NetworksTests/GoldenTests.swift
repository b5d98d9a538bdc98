import Backends
import Foundation
import Models
import Networks
import ReferenceBackend
import Tensors
import Testing

@Suite("NiN computes what PyTorch computes", .serialized)
struct GoldenTests {
  /// One of PyTorch's runs: input, labels, loss, logits and gradients, computed in float64.
  private struct Case {
    let input: Tensor<Float>
    let labels: [Int32]
    let file: SafetensorsFile
    let parameters: SafetensorsFile

    init(_ name: String) throws {
      file = try Golden.file(name)
      parameters = try Golden.file("parameters.safetensors")
      input = try file.tensor("input", as: Float.self)
      labels = try file.tensor("labels", as: Int64.self).elements.map(Int32.init)
    }

    /// The case's parameters: its own where it has them, otherwise those of all cases.
    func parameter(_ name: String) throws -> Tensor<Float> {
      try (file.names.contains(name) ? file : parameters).tensor(name, as: Float.self)
    }

    func network(_ backend: any Backend, precision: Precision = .float32, keepsActivations: Bool = false)
      throws
      -> Network
    {
      let options = NetworkOptions(
        batchSizes: [2], precision: precision, isTraining: true, keepsActivations: keepsActivations)
      let network = try Network(NiN(classes: 10), image: [1, 224, 224], backend: backend, options: options)
      try network.setParameters(parameter)
      return network
    }

    func computeGradients(_ network: Network) throws -> ClassificationScore {
      try network.computeGradients(input, labels: labels)
    }
  }

  /// The largest error in units of the expected tensor's largest element.
  private func relativeError(_ actual: Tensor<Float>, _ expected: Tensor<Double>) throws -> Double {
    try #require(actual.shape == expected.shape)
    let largest = expected.elements.lazy.map(abs).max() ?? 0
    let error = zip(actual.elements, expected.elements).lazy.map { abs(Double($0) - $1) }.max() ?? 0
    return error / largest
  }

  @Test("activations of the top-level layers", arguments: TestedBackends.all)
  func activations(backend: String) throws {
    let golden = try Case("images.safetensors")
    let network = try golden.network(TestedBackends.make(backend), keepsActivations: true)
    let activations = try network.activations(golden.input)
    let blocks = [1: "net.1", 3: "net.3", 4: "net.4.5", 5: "net.5", 7: "net.7.5", 8: "net.8"]
    for (index, name) in blocks {
      let actual = try #require(activations.first { $0.name == name }).values
      let expected = try golden.file.tensor("activations.net.\(index)", as: Double.self)
      #expect(try relativeError(actual, expected) < 1e-5, "\(name)")
    }
  }

  @Test(
    "logits and loss", arguments: TestedBackends.all, ["images.safetensors", "noise.safetensors"])
  func logits(backend: String, file: String) throws {
    let golden = try Case(file)
    let network = try golden.network(TestedBackends.make(backend))
    let logits = try network.predict(golden.input)
    #expect(try relativeError(logits, golden.file.tensor("logits", as: Double.self)) < 1e-5)
    let loss = try golden.computeGradients(network).loss
    let expected = try golden.file.tensor("loss", as: Double.self).elements[0]
    #expect(abs(loss - expected) < 1e-6)
  }

  /// Gradients within the bound that float32 allows.
  ///
  /// Before a pooling, rounding may make another element of a window the largest, whose gradient then goes
  /// another way: in PyTorch too, whose own float32 gradients differ from float64 by up to 5e-4 of the largest
  /// for that reason alone. Behind the last pooling there is no such reason; and in float64 none at all.
  @Test("gradients", arguments: TestedBackends.all, ["images.safetensors", "noise.safetensors"])
  func gradients(backend: String, file: String) throws {
    let golden = try Case(file)
    let network = try golden.network(TestedBackends.make(backend))
    _ = try golden.computeGradients(network)
    for (name, gradient) in try network.gradients() where golden.file.names.contains("gradients.\(name)") {
      let bound = name.hasPrefix("net.7") ? 1e-5 : 2e-3
      let expected = try golden.file.tensor("gradients.\(name)", as: Double.self)
      #expect(try relativeError(gradient, expected) < bound, "\(name)")
    }
  }

  @Test("gradients in float64", arguments: ["images.safetensors", "noise.safetensors"])
  func doubleGradients(file: String) throws {
    let golden = try Case(file)
    let network = try golden.network(TestedBackends.make("reference"), precision: .float64)
    _ = try golden.computeGradients(network)
    var compared = 0
    for (name, gradient) in try network.gradients() where golden.file.names.contains("gradients.\(name)") {
      // The gradients come out rounded to float32.
      let expected = try golden.file.tensor("gradients.\(name)", as: Double.self)
      #expect(try relativeError(gradient, expected) < 1e-7, "\(name)")
      compared += 1
    }
    #expect(compared == 20)
  }

  private struct Descent: Decodable {
    let labels: [Int32]
    let biased: [Double]

    enum CodingKeys: String, CodingKey {
      case labels
      case biased = "biased_rate_0.05"
    }
  }

  @Test("the losses of twenty steps of SGD", arguments: TestedBackends.fast)
  func descent(backend: String) throws {
    let data = try Foundation.Data(contentsOf: URL(fileURLWithPath: Golden.path("descent.json")))
    let descent = try JSONDecoder().decode(Descent.self, from: data)
    let pixels = try Golden.file("descent.safetensors").tensor("pixels", as: UInt8.self)
    let network = try Case("noise.safetensors").network(TestedBackends.make(backend))
    let images = try TestImages.resized(pixels, to: 224)
    for (step, expected) in descent.biased.enumerated() {
      let score = try network.computeGradients(images, labels: descent.labels)
      #expect(abs(score.loss - expected) < 1e-4, "step \(step)")
      try network.update(GradientDescentRule(learningRate: 0.05))
    }
  }
}
