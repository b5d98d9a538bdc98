import Backends
import Foundation
import Layers
import Networks
import Tensors
import TestSupport
import Testing

/// The models and NiN's variants compared with PyTorch's, which `make_network_goldens.py` counted and ran.
///
/// Tolerances: float64 repeats the same sums in another order. float32 rounds, layer after layer, and Winograd's
/// algorithm by up to 4·10⁻⁵ per layer; where rounding moves a number across ReLU's 0 or makes another one the largest
/// of its window, gradients change by more, so that their norms are compared less closely than logits.
@Suite("Networks compared with PyTorch's")
struct NetworkGoldenTests {
  @Test("are all compared")
  func presence() {
    #expect(PyTorchNetwork.all.count == 20 && PyTorchNetwork.all.allSatisfy { $0.computed != nil })
    #expect(
      Set(PyTorchNetwork.all.map(\.model.name)) == Set(ModelCatalog.allCases).subtracting([.vgg16, .vgg19]))
  }

  @Test("have its parameters and multiply-accumulates at their default sizes", arguments: PyTorchNetwork.all)
  func counts(golden: PyTorchNetwork) throws {
    let summary = try Summary(
      golden.model.model(classes: golden.classes), input: [1, golden.channels, golden.side, golden.side])
    #expect(summary.parameters == golden.parameters)
    #expect(summary.macs == golden.macs)
    let name = golden.model.name
    #expect(golden.side == name.defaultImageSize && golden.channels == name.defaultChannels)
    #expect(golden.classes == name.defaultClasses)
  }

  @Test("give its logits, loss and gradients", arguments: TestedBackends.names, PyTorchNetwork.all)
  func results(backend: String, golden: PyTorchNetwork) throws {
    let precision: Precision = backend == "reference" ? .float64 : .float32
    try compare(golden, TestedBackends.make(backend), precision)
  }

  @Test("sigmoids in bf16", .enabled(if: TestedBackends.haveBfloat16))
  func bfloat16() throws {
    let backend = try TestedBackends.make("dnnl", allowsEmulation: true)
    let lenet = try #require(PyTorchNetwork.all.first { $0.model == ModelChoice(.lenet) })
    try compare(lenet, backend, .bfloat16)
  }

  private func compare(_ golden: PyTorchNetwork, _ backend: any Backend, _ precision: Precision) throws {
    guard let expected = golden.computed else { return }
    let image: Shape = [golden.channels, expected.side, expected.side]
    let network = try Network(
      golden.model.model(classes: expected.classes), image: image, backend: backend,
      options: NetworkOptions(batchSizes: [2], precision: precision, isTraining: true))
    try fill(network)
    let images = PyTorchNetwork.numbers(9999, 2 * image.elementCount).map { ($0 + 1) / 2 }
    let batch = Tensor(shape: image.batched(2), elements: images)
    let subject = "\(golden.model), \(backend.name), \(precision.rawValue)"

    let logits = try network.predict(batch).elements.map { Double($0) }
    let largest = expected.logits.reduce(0) { max($0, abs($1)) }
    let error = zip(logits, expected.logits).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
    #expect(
      logits.count == expected.logits.count && error <= tolerance(precision).logits, "\(subject): \(error)")

    guard let gradientNorms = expected.gradientNorms else { return }
    let score = try network.computeGradients(batch, labels: [1, 3])
    #expect(
      abs(score.loss - expected.loss) <= tolerance(precision).logits * largest, "\(subject): \(score.loss)")
    #expect(gradientNorms.count == network.parameterShapes.count)
    let all = gradientNorms.values.reduce(0) { max($0, $1) }
    for (name, norm) in gradientNorms {
      let gradient = try network.gradient(name, as: Double.self)
      let found = gradient.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Gradients that are small compared with the others carry the rounding errors of those they were summed with.
      let error = abs(found - norm) / max(norm, 1e-3 * all)
      #expect(error <= tolerance(precision).gradients, "\(subject), \(name): \(error)")
    }
  }

  private func tolerance(_ precision: Precision) -> (logits: Double, gradients: Double) {
    switch precision {
    // Predictions and losses are returned in float32.
    case .float64: (1e-6, 1e-9)
    case .float32: (2e-4, 1e-2)
    case .bfloat16: (5e-2, 0.2)
    }
  }

  /// Fills the network with the same numbers as PyTorch's: He's uniform distribution, and small biases.
  private func fill(_ network: Network) throws {
    let shapes = network.parameterShapes
    let indices = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ($1.name, $0) })
    try network.setParameters { name in
      let index = indices[name] ?? 0
      let shape = shapes[index].shape
      let bound = shape.rank > 1 ? Float((6 / Double(shape.elementCount / shape[0])).squareRoot()) : 0.1
      // The scales of batch normalizations are around 1.
      let offset: Float = shape.rank == 1 && name.hasSuffix("weight") ? 1 : 0
      return Tensor(
        shape: shape, elements: PyTorchNetwork.numbers(index, shape.elementCount).map { $0 * bound + offset })
    }
  }
}

/// PyTorch's counts and results for one network.
struct PyTorchNetwork: Decodable, Sendable, CustomTestStringConvertible {
  struct Computed: Decodable, Sendable {
    let side: Int
    let classes: Int
    let logits: [Double]
    let loss: Double
    let gradientNorms: [String: Double]?
  }

  let model: ModelChoice
  let channels: Int
  let side: Int
  let classes: Int
  let parameters: Int
  let macs: Int
  let computed: Computed?

  var testDescription: String {
    "\(model)" + (computed.map { " at \($0.side)×\($0.side)" } ?? "")
  }

  static let all: [PyTorchNetwork] = {
    struct File: Decodable { let cases: [PyTorchNetwork] }
    guard let path = try? Golden.path("networks.json"), let json = FileManager.default.contents(atPath: path),
      let file = try? JSONDecoder().decode(File.self, from: json)
    else { return [] }
    return file.cases
  }()

  /// Uniform numbers from −1 to 1: the upper bits of SplitMix64's mixing of a sequence's number and an index.
  static func numbers(_ sequence: Int, _ count: Int) -> [Float] {
    (1...UInt64(count)).map { index in
      var state = (UInt64(sequence) << 32 &+ index) &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      return Float(state >> 40) * 0x1p-23 - 1
    }
  }
}
