import Backends
import Foundation
import Layers
import Operations
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite("Lanes")
struct LaneTests {
  @Test("the tree adds neighbors first, and a node without a sibling moves up unchanged")
  func treeShape() {
    func sum(_ parts: Int) -> String {
      var sums = (0..<parts).map(String.init)
      SumTree.forEachAddition(of: parts) { left, right in sums[left] = "(\(sums[left])+\(sums[right]))" }
      return sums[0]
    }
    #expect(sum(1) == "0")
    #expect(sum(4) == "((0+1)+(2+3))")
    #expect(sum(7) == "(((0+1)+(2+3))+((4+5)+6))")
    #expect(sum(9) == "((((0+1)+(2+3))+((4+5)+(6+7)))+8)")
  }

  @Test("gradients are added up in that tree, in any order of the parts")
  func gradientTree() throws {
    let backend = try TestedBackends.make("reference")
    for parts in [1, 2, 5, 8, 13] {
      // Each of these orders leaves other sums waiting.
      for order in [Array(0..<parts), Array((0..<parts).reversed()), (0..<parts).sorted { $0 % 3 < $1 % 3 }] {
        let plan = try plan(on: backend)
        let layer = try #require(plan.layers.last)
        let sum = try GradientSum(byteCount: layer.gradientByteCount, parts: parts, lanes: parts)
        let gradients = try PartGradients(byteCount: layer.gradientByteCount)
        let store = try ParameterStore(layer.parameters, [])
        try plan.bind(
          arena: AlignedBuffer(byteCount: plan.arenaByteCount), parameters: store, gradients: gradients,
          normalization: .none)
        // Sums of these depend on their order.
        let values = (0..<parts).map { Float(1) / Float(3 + $0 * $0) }
        try sum.begin(parts: parts, lanes: parts)
        for part in order {
          gradients.baseAddress.storeBytes(of: values[part], as: Float.self)
          sum.add(part: part, layer, on: backend)
        }
        var expected = values
        SumTree.forEachAddition(of: parts) { expected[$0] += expected[$1] }
        #expect(sum.total.load(as: Float.self) == expected[0], "\(order)")
      }
    }
  }

  private func plan(on backend: any Backend) throws -> ExecutionPlan {
    let model = Sequential(Flatten(), Dense(1, hasBias: false))
    return try ExecutionPlan(
      model.resolved(for: [1, 1, 1, 1]), input: [1, 1, 1, 1], backend: backend,
      options: NetworkOptions(isTraining: true), isWide: false, sharingParametersWith: nil)
  }

  /// A lane of a simulation: it computes a part, or carries a sum up the tree.
  private struct SimulatedLane {
    var node: SumTree.Node
    /// Its buffers: its own sum, and during an addition the sibling's.
    var buffers = 0
    var isAdding = false
  }

  @Test("as many sums wait as there is room for, whichever lanes are slow")
  func waitingSums() {
    for (parts, lanes) in (1...40).flatMap({ parts in (1...6).map { (parts, $0) } }) {
      for seed in 0..<UInt64(20) {
        let most = mostBuffers(parts: parts, lanes: lanes, seed: seed)
        #expect(most <= SumTree.maximumSums(parts: parts, lanes: lanes), "\(parts) parts, \(lanes) lanes")
      }
    }
  }

  /// The largest number of buffers in use at once, if lanes take the parts in order, and the next one to continue is
  /// random.
  private func mostBuffers(parts: Int, lanes: Int, seed: UInt64) -> Int {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 0)
    var running = (0..<min(lanes, parts)).map { SimulatedLane(node: SumTree.Node(first: $0)) }
    var next = running.count
    var waiting: [SumTree.Node] = []
    var most = 0
    while !running.isEmpty {
      let index = Int(generator.nextUniform() * Double(running.count))
      var lane = running.remove(at: index)
      if lane.isAdding {
        (lane.buffers, lane.isAdding, lane.node) = (1, false, lane.node.parent)
      }
      while !lane.node.isRoot(parts: parts), lane.node.sibling.first >= parts { lane.node = lane.node.parent }
      if let sibling = waiting.firstIndex(of: lane.node.sibling), !lane.node.isRoot(parts: parts) {
        waiting.remove(at: sibling)
        lane.buffers += 1
        lane.isAdding = true
        running.append(lane)
      } else {
        waiting.append(lane.node)
        if next < parts { running.append(SimulatedLane(node: SumTree.Node(first: next))) }
        next += 1
      }
      most = max(most, waiting.count + running.reduce(0) { $0 + $1.buffers })
    }
    return most
  }

  @Test("a loop gives each index to one lane, and throws what the lowest failing index throws")
  func loops() throws {
    struct Failure: Error, Equatable { let index: Int }
    for threads in [1, 2, 5] {
      let crew = Crew(ThreadPool(count: threads))
      // Each index is taken by one lane, so nothing has to be locked.
      let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: 100)
      counts.initialize(repeating: 0)
      defer { counts.deallocate() }
      let loop = LaneLoop(crew) { index, lane in
        #expect((0..<threads).contains(lane))
        counts[index] += 1
      }
      for _ in 0..<50 { try loop.run(100) }
      #expect(counts.allSatisfy { $0 == 50 })

      let failing = LaneLoop(crew) { index, _ in
        if index >= 3 { throw Failure(index: index) }
      }
      for _ in 0..<20 { #expect(throws: Failure(index: 3)) { try failing.run(4) } }
      try loop.run(1)
    }
  }

  @Test(
    "ThreadSanitizer finds two lanes that write to the same memory",
    .enabled(if: ProcessInfo.processInfo.environment["NIN_PLANTED_RACE"] != nil))
  func plantedRace() throws {
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    let loop = LaneLoop(Crew(ThreadPool(count: 2))) { _, _ in
      // So that both lanes are awake before all indices are taken.
      usleep(1000)
      counter.pointee += 1
    }
    try loop.run(20)
  }

  @Test("a batch is cut by its size and the model alone, and every image is in one part")
  func divisions() throws {
    let nin = try PartSize(of: NiN(classes: 10).resolved(for: [1, 1, 224, 224]))
    for options in [NetworkOptions(isTraining: true), NetworkOptions()] {
      let cutting = BatchCutting(microBatch: 4, automatic: nin, needsWholeBatches: false, options: options)
      for images in 1...150 {
        let division = cutting.division(of: images, isTraining: options.isTraining)
        let parts = (0..<division.parts).map {
          division.firstImage(ofPart: $0)..<division.firstImage(ofPart: $0) + division.count(ofPart: $0)
        }
        #expect(parts.flatMap { Array($0) } == Array(0..<images))
        #expect(!division.isWide || division.partSize == 1)
      }
    }
    #expect(nin.images(ofBatch: 128) == 4)
    #expect(nin.images(ofBatch: 1) == 1)
  }

  @Test("parts are larger where weights outweigh the computation: dense heads, small images")
  func heavyWeights() throws {
    let alexNet = try PartSize(of: AlexNet(classes: 10).resolved(for: [1, 1, 224, 224]))
    let small = try PartSize(of: NiN(classes: 10).resolved(for: [1, 1, 80, 80]))
    for size in [alexNet, small] {
      #expect(size.images(ofBatch: 128) > 8)
      #expect(size.images(ofBatch: 16) == 2)
      #expect(size.images(ofBatch: 1) == 1)
    }
  }

  @Test(
    "each lane has its own activations; with batch normalization, in training, each part has",
    arguments: TestedBackends.names)
  func memory(backend: String) throws {
    let convolution = Conv2D(8, kernel: 3, padding: 1)
    let head: [any Layer] = [ReLU(), Conv2D(10, kernel: 1), GlobalAvgPool2D(), Flatten()]
    for hasNormalization in [false, true] {
      let model = Sequential([convolution] + (hasNormalization ? [BatchNorm2D()] : []) + head)
      for isTraining in [false, true] {
        let network = try Network(
          model, image: [3, 32, 32], backend: TestedBackends.make(backend, threads: 2),
          options: NetworkOptions(batchSizes: [64], isTraining: isTraining))
        let plan = network.batchPlan
        // The reference's batch normalization uses whole batches.
        let isWide = hasNormalization && isTraining && backend == "reference"
        let isPhased = hasNormalization && isTraining && !isWide
        #expect(plan.parts == (isWide ? 1 : 32))
        #expect(plan.lanes == (isWide ? 1 : 2))
        #expect(plan.phases == (isPhased ? 4 : 1))
        #expect(plan.partsHeld == (isPhased ? 32 : plan.lanes))
        #expect(network.memory.parts == plan.partsHeld * plan.byteCountOfPart)
        #expect(isTraining == (network.memory.activations > 0))
      }
    }
  }

  @Test("phases run every layer once in each direction, and end with the sums that the next layer needs")
  func phases() {
    for summing in [[], [1], [0, 2, 3], [4]] {
      let phases = Phase.all(layers: 5, summing: summing, computesGradients: true)
      #expect(phases.flatMap { Array($0.forward) } == Array(0..<5))
      #expect(phases.flatMap { $0.backward.reversed() } == Array((0..<5).reversed()))
      #expect(phases.count == 1 + 3 * summing.count)
      #expect(phases.filter(\.isTurn).count == 1)
      for (before, after) in zip(phases, phases.dropFirst()) { #expect(before.end == after.start) }
      for phase in phases {
        guard let start = phase.start else { continue }
        switch start.statistic {
        case .mean: #expect(phase.forward.isEmpty)
        case .variance: #expect(phase.forward.first == start.layer)
        case .gradients: #expect(phase.backward.last == start.layer)
        }
      }
    }
  }
}
