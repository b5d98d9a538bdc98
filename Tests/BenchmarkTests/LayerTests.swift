import ArgumentParser
import NetworkInNetwork
import Testing

@testable import nin_bench

@Suite("One layer alone")
struct LayerTests {
  private func operation(_ line: String) throws -> NetworkInNetwork.TensorOperation {
    let arguments = line.split(separator: " ").map(String.init)
    return try LayerOptions.parse(arguments).operation()
  }

  @Test("a line describes a layer with all its sizes")
  func descriptions() throws {
    let window = try SlidingWindow(kernel: 5, stride: Extent2D(2, 1), padding: 2, dilation: 1)
    let geometry = try ConvolutionGeometry(
      input: [32, 96, 54, 54], outputChannels: 256, window: window, groups: 2)
    #expect(
      try operation(
        "conv --input 32x96x54x54 --channels 256 --kernel 5 --stride 2x1 --padding 2 --groups 2 --relu")
        == .convolution(geometry, activation: .relu))
    #expect(
      try operation("dense --input 128×64 --features 10")
        == .dense(DenseGeometry(input: [128, 64], outputFeatures: 10)))
    let pooling = try PoolingGeometry(
      input: [2, 3, 9, 9],
      window: SlidingWindow(kernel: 3, stride: 3, padding: Padding(top: 1, bottom: 1)))
    #expect(
      try operation("max-pool --input 2x3x9x9 --kernel 3 --padding 1x0") == .maxPooling(pooling),
      "windows do not overlap")
    #expect(
      try operation("avg-pool --input 2x3x5x5 --kernel 5 --stride 1")
        == .averagePooling(
          PoolingGeometry(input: [2, 3, 5, 5], window: SlidingWindow(kernel: 5)), countsPadding: true))
    #expect(
      try operation("batch-norm --input 2x3x5x5")
        == .batchNormalization(BatchNormalizationGeometry(input: [2, 3, 5, 5])))
    #expect(try operation("relu --input 2x3x5x5") == .relu([2, 3, 5, 5]))
    #expect(try operation("sigmoid --input 2x3x5x5") == .sigmoid([2, 3, 5, 5]))
  }

  @Test(
    "an invalid description of a layer is rejected",
    arguments: [
      "conv", "pool --input 1x1x4x4", "conv --input 1x1x4x4 --kernel 3", "conv --input 1x1x4x4 --channels 2",
      "conv --input 1x1x4 --channels 2 --kernel 3", "conv --input 1x1x4x4 --channels 2 --kernel 5",
      "conv --input 1x1x4x4 --channels 0 --kernel 3", "conv --input 1x1x4x4 --channels 2 --kernel 3x3x3",
      "conv --input 1x1x4x4 --channels 2 --kernel 3 --stride 0", "conv --input 1x1x4x4 --channels 2 --kernel",
      "conv --input 1x1x4x4 --channels 2 --kernel 3 --padding -1",
      "conv --input 1x3x4x4 --channels 2 --kernel 3 --groups 2",
      "conv --input 1xx4x4 --channels 2 --kernel 3",
      "conv --input 1x1x4x4 --channels 2 --kernel 3 --features 4",
      "dense --input 1x4 --features 2 --kernel 3",
      "dense --input 1x4x4x4 --features 2", "dense --input 1x4 --features 9223372036854775807",
      "relu --input 0x1x1x1", "relu --input 4294967296x4294967296", "relu --input 1x2 --relu",
      "batch-norm --input 4x5", "max-pool --input 1x1x4x4 --kernel 2 --padding 3",
      "avg-pool --input 1x1x4x4 --kernel 99999999999999999999",
      "conv --input 1x4x262144x262144 --channels 1 --kernel 65536x65536 --padding 32768",
    ])
  func refusals(line: String) {
    #expect(throws: (any Error).self) { try operation(line) }
  }

  @Test(
    "each pass of each kind runs on the reference, backward ones only in training",
    arguments: [
      ("conv --input 2x3x6x6 --channels 4 --kernel 3", 3), ("dense --input 2x5 --features 3", 3),
      ("max-pool --input 2x3x6x6 --kernel 2", 2), ("avg-pool --input 2x3x6x6 --kernel 2", 2),
      ("batch-norm --input 2x3x6x6", 3), ("relu --input 2x3x6x6", 2), ("sigmoid --input 2x3x6x6", 2),
    ])
  func passes(line: String, count: Int) throws {
    for precision in [Precision.float32, .float64] {
      for task in Configuration.Task.allCases {
        let layer = try LoneLayer(
          try operation(line), on: Reference(), precision, for: task, hasPlainInput: false)
        let budget = StepBudget(steps: 3, seconds: 0, isProfiled: false)
        let rows = try LayerMeasurement.rows(of: layer, budget)
        #expect(rows.count == (task == .training ? count : 1))
        #expect(rows.allSatisfy { $0.times.count == 3 })
        let table = LayerTable(
          layer: layer, task: task, rows: rows, ceilings: Samples.report([]).ceilings[0])
        for text in "\(table)".split(separator: "\n") where !text.hasPrefix("!") {
          #expect(text.count <= 120, "\(text)")
        }
        for row in rows { #expect("\(table)".contains(row.pass.rawValue)) }
      }
    }
  }

  @Test(
    "a ReLU that the backend cannot fuse into a convolution, and tensors larger than memory, are rejected"
  )
  func limits() throws {
    func lone(_ line: String) throws -> LoneLayer {
      try LoneLayer(try operation(line), on: Reference(), .float32, for: .training, hasPlainInput: true)
    }
    let convolution = try operation("conv --input 1x1x4x4 --channels 1 --kernel 3")
    if !Reference().canFuse(.relu, into: convolution) {
      #expect(throws: BenchmarkError.self) { try lone("conv --input 1x1x4x4 --channels 1 --kernel 3 --relu") }
    }
    #expect(
      try lone("conv --input 1x1x4x4 --channels 1 --kernel 3").passes == [.forward, .weightGradient],
      "a first layer has no input gradient")
    #expect(throws: BenchmarkError.self) { try lone("relu --input 1024x1024x1024x512") }
  }
}
