import Costs
import MachineLimits
import NetworkInNetwork
import TestSupport
import Testing

@testable import nin_bench

@Suite("The work of layers")
struct CostTests {
  private let convolution: NetworkInNetwork.TensorOperation

  init() throws {
    let geometry = try ConvolutionGeometry(
      input: [2, 3, 8, 8], outputChannels: 5, window: SlidingWindow(kernel: 3))
    convolution = .convolution(geometry, activation: .relu)
  }

  @Test("a convolution's operations and bytes, by hand, for another batch")
  func convolutionCost() {
    // Of an image 3·8·8 numbers in and 5·6·6 out, of 27 products each; 135 weights and 5 biases.
    let forward = PassCost(.forward, of: convolution, images: 4)
    #expect(forward.operations == 2 * 4 * 180 * 27)
    #expect(forward.bytes == 4 * (4 * 192 + 4 * 180 + 140))
    #expect(PassCost(.inputGradient, of: convolution, images: 4) == forward)
    #expect(PassCost(.weightGradient, of: convolution, images: 4) == forward)
    #expect(PassCost(.activationGradient, of: convolution, images: 4).operations == 0)
  }

  @Test(
    "without the taps on padding, the number of products is the counted one",
    arguments: [(3, 1, 1), (5, 2, 2), (2, 3, 1), (3, 1, 0)] as [(Extent2D, Extent2D, Padding)])
  func unpadded(kernel: Extent2D, stride: Extent2D, padding: Padding) throws {
    let window = try SlidingWindow(kernel: kernel, stride: stride, padding: padding)
    let geometry = try ConvolutionGeometry(
      input: [2, 4, 7, 9], outputChannels: 6, window: window, groups: 2)
    var products = 0
    for row in 0..<geometry.output.height {
      for column in 0..<geometry.output.width {
        for tap in 0..<window.kernel.area {
          let y = row * window.stride.height - window.padding.top + tap / window.kernel.width
          let x = column * window.stride.width - window.padding.left + tap % window.kernel.width
          if (0..<7).contains(y), (0..<9).contains(x) { products += 2 * 6 * 2 }
        }
      }
    }
    for pass in [LayerPass.forward, .inputGradient, .weightGradient] {
      let cost = PassCost(pass, of: .convolution(geometry, activation: nil), images: 2)
      #expect(cost.unpaddedOperations == 2 * products)
      #expect(cost.unpaddedOperations <= cost.operations)
    }
  }

  @Test("bfloat16 halves the traffic, except for the gradients of the weights")
  func bfloat16() {
    let forward = PassCost(.forward, of: convolution, images: 1, precision: .bfloat16)
    #expect(forward.bytes == 2 * (192 + 180 + 140))
    let gradient = PassCost(.weightGradient, of: convolution, images: 1, precision: .bfloat16)
    #expect(gradient.bytes == 2 * (192 + 180) + 4 * 140)
  }

  @Test("a ReLU's gradient reads what the forward pass has read or written too")
  func threeTensors() {
    let relu = NetworkInNetwork.TensorOperation.relu([2, 3, 4, 5])
    #expect(PassCost(.forward, of: relu, images: 2).bytes == 4 * 2 * 120)
    #expect(PassCost(.inputGradient, of: relu, images: 2).bytes == 4 * 3 * 120)
  }

  @Test("the intensity of two layers, by hand, in prediction and in training")
  func intensity() throws {
    let layers = [convolution, .relu([2, 5, 6, 6])]
    let prediction = ArithmeticIntensity(of: layers, images: 2, precision: .float32, isTraining: false)
    #expect(prediction.operations == 2 * 2 * 180 * 27)
    #expect(prediction.bytes == 4 * (2 * 192 + 2 * 180 + 140) + 4 * 2 * 2 * 180)
    // The network's input has no gradient, a ReLU's reads three tensors.
    let training = ArithmeticIntensity(of: layers, images: 2, precision: .float32, isTraining: true)
    #expect(training.operations == 2 * prediction.operations)
    #expect(training.bytes == prediction.bytes + 4 * (2 * 192 + 2 * 180 + 140) + 4 * 3 * 2 * 180)
  }
}

@Suite("Expected times and memory")
struct StepTimeTests {
  private static let ceilings = Ceilings(
    threads: 2, float32: 200e9, bfloat16: 400e9, readBandwidth: 40e9, triadBandwidth: 30e9)

  init() {
  }

  private func network(
    _ backend: String, batch: Int = 64, isTraining: Bool = true, _ model: Sequential = NiN(classes: 10)
  ) throws -> Network {
    try Network(
      model, image: [1, 96, 96],
      backend: BackendRegistry.backend(
        named: backend, options: BackendOptions(threads: ThreadPool(count: 2))),
      options: NetworkOptions(batchSizes: [batch], isTraining: isTraining))
  }

  @Test(
    "doubling the peaks halves the time, except for work that they do not limit",
    arguments: TestedBackends.fastNames)
  func peaks(backend: String) throws {
    let network = try network(backend)
    let time = try #require(StepTime(of: network, on: Self.ceilings)).total
    let faster = Ceilings(
      threads: 2, float32: 400e9, bfloat16: 800e9, readBandwidth: 80e9, triadBandwidth: 60e9)
    let half = try #require(StepTime(of: network, on: faster)).total
    #expect(half >= time / 2)
    #expect(half < 0.65 * time)
  }

  @Test("doubling the images about doubles the time", arguments: TestedBackends.fastNames)
  func images(backend: String) throws {
    let time = try #require(StepTime(of: network(backend, batch: 64), on: Self.ceilings)).total
    let twice = try #require(StepTime(of: network(backend, batch: 128), on: Self.ceilings)).total
    #expect(twice > 1.7 * time)
    #expect(twice < 2.1 * time)
  }

  @Test("training takes two to four times as long as prediction", arguments: TestedBackends.fastNames)
  func training(backend: String) throws {
    let training = try #require(StepTime(of: network(backend), on: Self.ceilings))
    let prediction = try #require(StepTime(of: network(backend, isTraining: false), on: Self.ceilings))
    #expect(prediction.backward == 0)
    #expect(prediction.update == 0)
    #expect(training.total > 2 * prediction.total)
    #expect(training.total < 4 * prediction.total)
  }

  @Test("products are never faster than the peak allows", arguments: TestedBackends.fastNames)
  func roof(backend: String) throws {
    // Pointwise convolutions, which Winograd's algorithm cannot shorten.
    let model = Sequential(
      Conv2D(64, kernel: 1), ReLU(), Conv2D(256, kernel: 1), ReLU(), Conv2D(64, kernel: 1))
    let network = try network(backend, isTraining: false, model)
    let operations = try 2 * Summary(model, input: [64, 1, 96, 96]).macs
    let time = try #require(StepTime(of: network, on: Self.ceilings)).total
    #expect(time > Double(operations) / 200e9)
    #expect(time < 4 * Double(operations) / 200e9)
  }

  @Test(
    "large dense layers take the time to read their weights for each part",
    arguments: TestedBackends.fastNames)
  func dense(backend: String) throws {
    let network = try network(backend, batch: 8, isTraining: false, Sequential(Flatten(), Dense(4096)))
    let weights = 4.0 * 96 * 96 * 4096
    let reads = Double(network.batchPlan.parts)
    let time = try #require(StepTime(of: network, on: Self.ceilings)).total
    #expect(time > reads * weights / 40e9)
    #expect(time < 6 * reads * weights / 40e9)
  }

  @Test("without a measured peak the time is nil")
  func unknownPeak() throws {
    let unknown = Ceilings(
      threads: 2, float32: nil, bfloat16: nil, readBandwidth: 40e9, triadBandwidth: 30e9)
    #expect(StepTime(of: try network("reference"), on: unknown) == nil)
  }

  @Test("the memory of a process includes every part", arguments: TestedBackends.fastNames)
  func memory(backend: String) throws {
    let network = try network(backend)
    let memory = ProcessMemory(training: network, images: 1000, imageByteCount: 96 * 96, batchesHeld: 3)
    #expect(memory.images == 1000)
    #expect(memory.batches == 3 * 64 * 96 * 96)
    // The largest weight is that of the 3×3 convolution.
    #expect(memory.writing == 4 * 384 * 256 * 9)
    #expect(memory.network.rarelyUsed < memory.network.gradients)
    let expected = network.memory.total - network.memory.rarelyUsed + 1000 + memory.batches + memory.writing
    #expect(memory.total == expected + memory.base)
  }

  @Test("reading large weights may take more than predicting", arguments: TestedBackends.fastNames)
  func reading(backend: String) throws {
    let network = try network(
      backend, batch: 1, isTraining: false, Sequential(Flatten(), Dense(1024), Dense(2048), Dense(10)))
    let sizes = network.parameterShapes.map { 4 * $0.shape.elementCount }
    let memory = ProcessMemory(prediction: network, imageByteCount: 96 * 96)
    // The first weight is the largest; when the second is read, it is there.
    #expect(memory.reading - memory.base == max(2 * sizes[0], sizes[0] + sizes[1] + 2 * sizes[2]))
    let whole = ProcessMemory(prediction: network, imageByteCount: 96 * 96, readsAll: true)
    #expect(whole.reading - whole.base == 2 * sizes.reduce(0, +))
    #expect(whole.total == max(memory.total, whole.reading))
  }
}
