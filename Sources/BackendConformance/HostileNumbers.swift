import Backends
import Operations
import Tensors

extension Conformance {
  /// NaN and infinities as PyTorch treats them: each row of the images holds the same hostile numbers.
  func checkHostileNumbers(_ report: inout ConformanceReport) throws {
    for channels in [1, 17] {
      for arrival in KernelCase.Arrival.allCases {
        try checkHostileReLU(channels, arrival, &report)
        try checkHostilePooling(channels, arrival, &report)
      }
    }
  }

  /// NaN is kept and its gradient passed.
  private func checkHostileReLU(
    _ channels: Int, _ arrival: KernelCase.Arrival, _ report: inout ConformanceReport
  ) throws {
    let row: [Double] = [.nan, .infinity, -.infinity, -0.0, 0, 1, -1, 0x1p-149]
    let images = Shape(2, channels, 3, row.count)
    let kernelCase = KernelCase(
      .relu(images), input: rows(row, images), outputGradient: rows([1, 2, 3, 4, 5, 6, 7, 8], images),
      arrival: arrival)
    compare(
      kernelCase, output: rows([.nan, .infinity, 0, 0, 0, 1, 0, 0x1p-149], images),
      inputGradient: rows([1, 2, 0, 0, 0, 6, 0, 8], images), &report)
  }

  /// NaN wins, the last one taking the gradient; of equal maxima the first takes it; −∞ may be the maximum.
  private func checkHostilePooling(
    _ channels: Int, _ arrival: KernelCase.Arrival, _ report: inout ConformanceReport
  ) throws {
    let row: [Double] = [
      1, .nan, 2, .nan, 5, .nan, -.infinity, -.infinity, -.infinity, .infinity, 3, .infinity, -.infinity, -2,
      -5,
    ]
    let images = Shape(2, channels, 3, row.count)
    let window = try SlidingWindow(kernel: Extent2D(1, 3), stride: Extent2D(1, 3))
    let geometry = try PoolingGeometry(input: images, window: window)
    let kernelCase = KernelCase(
      .maxPooling(geometry), input: rows(row, images),
      outputGradient: rows([1, 2, 3, 4, 5], geometry.outputShape), arrival: arrival)
    compare(
      kernelCase, output: rows([.nan, .nan, -.infinity, .infinity, -2], geometry.outputShape),
      inputGradient: rows([0, 1, 0, 0, 0, 2, 3, 0, 0, 4, 0, 0, 0, 5, 0], images), &report)
  }

  private func compare(
    _ kernelCase: KernelCase, output: Tensor<Double>, inputGradient: Tensor<Double>,
    _ report: inout ConformanceReport
  ) {
    guard let outcome = outcome(kernelCase, &report) else { return }
    expectEqual(outcome.output, output, "\(subject(kernelCase)), output", &report)
    guard let actualGradient = outcome.inputGradient else { return }
    expectEqual(actualGradient, inputGradient, "\(subject(kernelCase)), input gradient", &report)
  }

  private func rows(_ row: [Double], _ shape: Shape) -> Tensor<Double> {
    Tensor(shape: shape, elements: (0..<shape.elementCount).map { row[$0 % row.count] })
  }
}
