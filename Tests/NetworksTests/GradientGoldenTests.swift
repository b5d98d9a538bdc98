import Backends
import Foundation
import Layers
import Networks
import Operations
import Synchronization
import Tensors
import TestSupport
import Testing

/// Gradients within 1e-5 of the largest entry, with no exception.
///
/// Before a pooling, a rounding may make another element of a window the largest, so that the gradient goes to it: in
/// PyTorch too, whose own float32 gradients differ from float64 by up to 5e-4 of the largest entry for that reason
/// alone. The same happens at ReLU's kink, where an image has no content and biases are 0: there direct sums are
/// exactly 0, and Winograd's are nearly 0 and of either sign. So the test counts the windows and ReLUs that choose
/// differently. With none, the gradients are compared with PyTorch's; otherwise with those that the reference computes
/// in float64 with this backend's winners and sides of the kink. That the reference agrees with PyTorch in float64 to
/// 1e-7 is a test of its own.
@Suite("NiN's gradients are PyTorch's", .serialized)
struct GradientGoldenTests {
  private typealias Gradients = [(name: String, tensor: Tensor<Float>)]

  /// The reference's results in float64, once for each case.
  private struct Truth {
    let gradients: Gradients
    let winners: Winners
    var sides: Sides
  }

  private static let truths = Mutex<[String: Truth]>([:])
  private let threads = ThreadPool(count: 2)

  @Test("on every backend", arguments: TestedBackends.names, ["images", "noise"])
  func gradients(backend: String, name: String) throws {
    try compare(backend, name, .direct, within: 1e-5)
  }

  /// Winograd's errors were 6e-6 at most.
  @Test(
    "on every backend that has it by Winograd's algorithm", arguments: TestedBackends.fastNames,
    ["images", "noise"])
  func gradientsByWinograd(backend: String, name: String) throws {
    try compare(backend, name, .winograd, within: 1e-5)
  }

  private func compare(
    _ backend: String, _ name: String, _ convolutions: ConvolutionChoice, within bound: Double
  ) throws {
    let golden = try GoldenCase("\(name).safetensors")
    let network = try golden.network(TestedBackends.make(backend), convolutions: convolutions)
    #expect(
      network.layers(by: .winograd) == (convolutions == .winograd ? ["net.2.0", "net.4.0", "net.7.0"] : []))
    _ = try golden.computeGradients(network)
    let gradients = try network.gradients()
    #expect(gradients.count == 24)
    let truth = try truth(golden)
    let (winners, sides) = try choices(on: backend, golden, convolutions)
    let otherWinners = differences(truth.winners, winners), otherSides = differences(truth.sides, sides)
    print(
      "\(backend), \(name): \(otherWinners) windows have another winner than in float64, \(otherSides) ReLUs another side"
    )
    let differing = otherWinners + otherSides
    try printNearer(gradients, truth, name)

    for (name, gradient) in gradients where differing == 0 || name.hasPrefix("net.7") {
      let expected = try golden.file.tensor("gradients.\(name)", as: Double.self)
      #expect(try relativeError(gradient, expected) < bound, "\(name)")
    }
    guard differing > 0 else { return }
    let prescribed = try computeInDouble(golden, winners, sides).gradients
    for (gradient, expected) in zip(gradients, prescribed) {
      let expectedValues = expected.tensor.map { Double($0) }
      #expect(try relativeError(gradient.tensor, expectedValues) < bound, "\(gradient.name), same winners")
    }
  }

  private func differences<Choice: Equatable>(_ expected: [Int: [Choice]], _ found: [Int: [Choice]]) -> Int {
    expected.map { layer, choices in zip(found[layer] ?? [], choices).count { $0 != $1 } }.reduce(0, +)
  }

  private func truth(_ golden: GoldenCase) throws -> Truth {
    try Self.truths.withLock { truths in
      if let truth = truths[golden.name] { return truth }
      let (_, sides) = try choices(on: "reference", golden, .direct, .float64)
      var truth = try computeInDouble(golden)
      truth.sides = sides
      truths[golden.name] = truth
      return truth
    }
  }

  private func computeInDouble(
    _ golden: GoldenCase, _ winners: Winners = [:], _ sides: Sides = [:]
  ) throws -> Truth {
    let backend = PrescribedChoices(winners: winners, sides: sides, threads: threads)
    let network = try golden.network(backend, precision: .float64)
    _ = try golden.computeGradients(network)
    return Truth(gradients: try network.gradients(), winners: backend.found.winners, sides: sides)
  }

  /// The winners by the rule, from the poolings' inputs, and the sides of ReLU's kink.
  private func choices(
    on backend: String, _ golden: GoldenCase, _ convolutions: ConvolutionChoice,
    _ precision: Precision = .float32
  ) throws -> (Winners, Sides) {
    let network = try golden.network(
      TestedBackends.make(backend), precision: precision, keepsActivations: true, convolutions: convolutions)
    let activations = try network.activations(golden.input)
    let layers = try NiN(classes: 10).resolved(for: golden.input.shape)
    var winners: Winners = [:], sides: Sides = [:]
    for (index, layer) in layers.enumerated() {
      if case .relu = layer.operation, let output = activations.first(where: { $0.name == layer.name }) {
        sides[index] = output.values.elements.map { $0 > 0 }
      }
      guard case .maxPooling(let geometry) = layer.operation else { continue }
      let taken = try #require(activations.first { $0.name == layers[index - 1].name }).values
      let backend = PrescribedChoices(threads: threads)
      let pooling = try Network(
        Sequential(MaxPool2D(kernel: geometry.window.kernel, stride: geometry.window.stride)),
        image: taken.shape.perImage, backend: backend,
        options: NetworkOptions(
          batchSizes: [taken.shape[0]], isTraining: true, microBatch: taken.shape[0]))
      _ = try pooling.predict(taken)
      let recorded: [Int32] = try #require(backend.found.winners[0])
      winners[index] = recorded
    }
    return (winners, sides)
  }

  /// Prints whether our or PyTorch's float32 gradients are closer to the float64 values.
  private func printNearer(_ gradients: Gradients, _ truth: Truth, _ name: String) throws {
    let data = try Foundation.Data(contentsOf: URL(fileURLWithPath: Golden.path("float32_errors.json")))
    let errors = try #require(try JSONDecoder().decode([String: [String: Double]].self, from: data)[name])
    for (gradient, expected) in zip(gradients, truth.gradients) {
      let ours = try relativeError(gradient.tensor, expected.tensor.map { Double($0) })
      let theirs = try #require(errors["gradients.\(gradient.name)"])
      print(
        "  \(gradient.name): ours \(ours), PyTorch's \(theirs), nearer: \(ours < theirs ? "ours" : "PyTorch's")"
      )
    }
  }
}
