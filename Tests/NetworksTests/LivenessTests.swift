import Backends
import Tensors
import Testing

@testable import Networks

@Suite("Liveness")
struct LivenessTests {
  @Test("every reader of a tensor finds it as it was written, in random networks", arguments: [true, false])
  func simulation(isTraining: Bool) {
    for seed in 0..<UInt64(5000) {
      for keepsActivations in [false, true] {
        let layers = Self.randomLayers(seed)
        var simulation = Simulation(layers, isTraining: isTraining, keepsActivations: keepsActivations)
        let problems = simulation.run()
        #expect(problems.isEmpty, "seed \(seed), activations kept: \(keepsActivations)")
      }
    }
  }

  private static func randomLayers(_ seed: UInt64) -> [KernelRequirements] {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 1)
    var size = Int.random(in: 1...40, using: &generator)
    return (0..<Int.random(in: 1...12, using: &generator)).map { _ in
      let placements: [KernelRequirements.Placement] = [.separate, .mayOverwriteInput, .sharesInput]
      let placement = placements[Int.random(in: 0..<3, using: &generator)]
      if placement == .separate { size = Int.random(in: 1...40, using: &generator) }
      return KernelRequirements(
        output: Layout(plain: [size], .float32), placement: placement,
        readsInputInBackward: Bool.random(using: &generator),
        readsOutputInBackward: Bool.random(using: &generator),
        savedByteCount: Bool.random(using: &generator) ? Int.random(in: 1...200, using: &generator) : 0,
        scratchByteCount: Bool.random(using: &generator) ? Int.random(in: 1...200, using: &generator) : 0,
        implementation: "none")
    }
  }

  // MARK: Single rules

  private let size = Layout(plain: [100], .float32)

  private func layer(
    _ placement: KernelRequirements.Placement = .separate, readsInput: Bool = false, readsOutput: Bool = false
  ) -> KernelRequirements {
    KernelRequirements(
      output: size, placement: placement, readsInputInBackward: readsInput,
      readsOutputInBackward: readsOutput,
      implementation: "none")
  }

  private func storage(
    _ layers: [KernelRequirements], isTraining: Bool = true, keepsActivations: Bool = false
  ) -> [LayerStorage] {
    Liveness(
      input: size, requirements: layers, isTraining: isTraining, keepsActivations: keepsActivations
    ).layers
  }

  @Test("an output is written over its input if that is not read again, and so is the gradient")
  func inPlace() {
    let free = storage([layer(), layer(.mayOverwriteInput)])
    #expect(free[1].output == free[1].input)
    #expect(free[1].outputGradient == free[1].inputGradient)
    for layers in [
      [layer(readsOutput: true), layer(.mayOverwriteInput)],
      [layer(), layer(.mayOverwriteInput, readsInput: true)],
    ] {
      let training = storage(layers)
      #expect(training[1].output != training[1].input)
      #expect(training[1].outputGradient != training[1].inputGradient)
      let prediction = storage(layers, isTraining: false)
      #expect(prediction[1].output == prediction[1].input, "no backward pass reads it")
    }
  }

  @Test("the network's input and activations that are kept are never written over")
  func kept() {
    let first = storage([layer(.mayOverwriteInput)])
    #expect(first[0].output != first[0].input)
    let keeping = storage([layer(), layer(.mayOverwriteInput)], keepsActivations: true)
    #expect(keeping[1].output != keeping[1].input)
  }

  @Test("an output that shares its input does so always, and even the network's input")
  func shared() {
    for keepsActivations in [false, true] {
      let layers = storage(
        [layer(.sharesInput), layer(readsOutput: true), layer(.sharesInput, readsInput: true)],
        keepsActivations: keepsActivations)
      #expect(layers[0].output == layers[0].input)
      #expect(layers[0].outputGradient == nil && layers[0].inputGradient == nil)
      #expect(layers[2].output == layers[2].input)
      #expect(layers[2].outputGradient == layers[2].inputGradient)
    }
  }

  @Test("prediction has no gradients, and reuses memory that training must keep")
  func prediction() {
    let layers = Array(repeating: layer(readsInput: true), count: 6)
    func plan(isTraining: Bool) -> (liveness: Liveness, byteCount: Int) {
      let liveness = Liveness(
        input: size, requirements: layers, isTraining: isTraining, keepsActivations: false)
      return (liveness, MemoryPlan(liveness.blocks).byteCount)
    }
    let (training, prediction) = (plan(isTraining: true), plan(isTraining: false))
    #expect(prediction.liveness.layers.allSatisfy { $0.inputGradient == nil && $0.outputGradient == nil })
    // Two activations at a time; in training all seven, and at the end of the forward pass one gradient.
    let tensor = AlignedBuffer.rounded(size.byteCount)
    #expect(prediction.byteCount == 2 * tensor)
    #expect(training.byteCount == 8 * tensor)
  }
}

/// Runs the passes of a network on memory whose bytes only record which tensor was last written to them.
private struct Simulation {
  /// The content of a byte.
  ///
  /// A tensor that shares its input holds the input's numbers.
  private enum Content: Hashable {
    case nothing, value(Int), gradient(Int), saved(Int), scratch
  }

  private let layers: [KernelRequirements]
  private let storage: [LayerStorage]
  private let isTraining: Bool
  private let keepsActivations: Bool
  private let byteCounts: [Int]
  private var bytes: [Content]
  private var problems: [String] = []

  init(_ layers: [KernelRequirements], isTraining: Bool, keepsActivations: Bool) {
    let input = Layout(plain: layers[0].placement == .separate ? [7] : layers[0].output.shape, .float32)
    let liveness = Liveness(
      input: input, requirements: layers, isTraining: isTraining, keepsActivations: keepsActivations)
    let plan = MemoryPlan(liveness.blocks)
    self.layers = layers
    self.isTraining = isTraining
    self.keepsActivations = keepsActivations
    storage = liveness.layers.map { $0.placed(by: plan) }
    byteCounts = [input.byteCount] + layers.map(\.output.byteCount)
    bytes = Array(repeating: .nothing, count: plan.byteCount)
  }

  mutating func run() -> [String] {
    write(value(0), at: storage[0].input, byteCounts[0])
    for layer in layers.indices { forward(layer) }
    let last = layers.count
    read(value(last), at: storage[last - 1].output, byteCounts[last], "the loss")
    if isTraining {
      if let address = storage[last - 1].outputGradient {
        write(gradient(last), at: address, byteCounts[last])
      }
      read(value(last), at: storage[last - 1].output, byteCounts[last], "the loss, with its gradient")
      for layer in layers.indices.reversed() { backward(layer) }
    }
    if keepsActivations {
      for layer in layers.indices {
        read(value(layer + 1), at: storage[layer].output, byteCounts[layer + 1], "the observer")
      }
    }
    return problems
  }

  private mutating func forward(_ layer: Int) {
    let (needs, offsets) = (layers[layer], storage[layer])
    let reader = "layer \(layer) forward"
    read(value(layer), at: offsets.input, byteCounts[layer], reader)
    write(.scratch, at: offsets.scratch, needs.scratchByteCount)
    write(.saved(layer), at: offsets.saved, needs.savedByteCount)
    write(value(layer + 1), at: offsets.output, byteCounts[layer + 1])
    // Unless it is written over, the input is read until the last element of the output is written.
    if offsets.output != offsets.input { read(value(layer), at: offsets.input, byteCounts[layer], reader) }
    read(.scratch, at: offsets.scratch, needs.scratchByteCount, reader)
    read(.saved(layer), at: offsets.saved, needs.savedByteCount, reader)
    let mayShare = needs.placement != .separate
    if offsets.output == offsets.input && !mayShare { problems.append("\(reader) writes over its input") }
  }

  private mutating func backward(_ layer: Int) {
    let (needs, offsets) = (layers[layer], storage[layer])
    // Everything before the first layer with its own memory is the network's input, which has no gradient.
    guard let outputGradient = offsets.outputGradient else {
      if value(layer + 1) != value(0) { problems.append("layer \(layer) has no gradient") }
      return
    }
    readAll()
    write(.scratch, at: offsets.scratch, needs.scratchByteCount)
    if let inputGradient = offsets.inputGradient {
      write(gradient(layer), at: inputGradient, byteCounts[layer])
      // Unless it is written over, the gradient is read until the last element of the other is written.
      readAll(withGradient: inputGradient != outputGradient)
    } else if value(layer) != value(0) {
      problems.append("layer \(layer) has no gradient of its input")
    }

    func readAll(withGradient: Bool = true) {
      let reader = "layer \(layer) backward"
      if withGradient { read(gradient(layer + 1), at: outputGradient, byteCounts[layer + 1], reader) }
      if needs.readsInputInBackward { read(value(layer), at: offsets.input, byteCounts[layer], reader) }
      if needs.readsOutputInBackward {
        read(value(layer + 1), at: offsets.output, byteCounts[layer + 1], reader)
      }
      read(.saved(layer), at: offsets.saved, needs.savedByteCount, reader)
    }
  }

  /// The first tensor with the same numbers: an output that shares its input has the input's.
  private func origin(_ tensor: Int) -> Int {
    var tensor = tensor
    while tensor > 0, layers[tensor - 1].placement == .sharesInput { tensor -= 1 }
    return tensor
  }

  private func value(_ tensor: Int) -> Content { .value(origin(tensor)) }
  private func gradient(_ tensor: Int) -> Content { .gradient(origin(tensor)) }

  private mutating func write(_ content: Content, at offset: Int, _ byteCount: Int) {
    for byte in offset..<offset + byteCount { bytes[byte] = content }
  }

  private mutating func read(_ content: Content, at offset: Int, _ byteCount: Int, _ reader: String) {
    for byte in offset..<offset + byteCount where bytes[byte] != content {
      problems.append("\(reader) needs \(content) and finds \(bytes[byte])")
      return
    }
  }
}
