import BackendConformance
import CKernels
import Operations
import Tensors
import TestSupport
import Testing

@testable import Backends

@Suite("Winograd's algorithm")
struct WinogradTests {
  /// y = Aᵀ[(G g) ⊙ (Bᵀ d)] along one axis, written out.
  private struct Matrices {
    let points: Int
    let outputs: Int
    let inputs: [[Double]]
    let kernel: [[Double]]
    let results: [[Double]]

    init(_ transform: WinogradTransform, taps: Int, isBorder: Bool) {
      let axis = transform.axis(isBorder: isBorder)
      let pairs = Int(axis.pairs)
      points = 2 * pairs + 2
      outputs = Int(axis.outputs)
      func floats<Array>(_ array: Array) -> [Double] {
        withUnsafeBytes(of: array) { $0.bindMemory(to: Float.self).map { Double($0) } }
      }
      let (zero, infinity) = (floats(axis.zero), floats(axis.infinity))
      let (even, odd, powers) = (floats(axis.even), floats(axis.odd), floats(axis.powers))
      var inputs = [[Double]](repeating: [Double](repeating: 0, count: points), count: points)
      var results = [[Double]](repeating: [Double](repeating: 0, count: points), count: outputs)
      for j in 0...pairs {
        inputs[0][2 * j] = zero[j]
        inputs[1][2 * j + 1] = infinity[j]
      }
      results[0][0] = 1
      results[outputs - 1][1] = 1
      for i in 0..<pairs {
        for (row, sign) in [(2 * i + 2, 1.0), (2 * i + 3, -1.0)] {
          for j in 0..<pairs {
            inputs[row][2 * j + 2] = even[3 * i + j]
            inputs[row][2 * j + 1] = sign * odd[3 * i + j]
          }
          for o in 0..<outputs {
            results[o][row] = (o.isMultiple(of: 2) ? 1 : sign) * powers[4 * i + o]
          }
        }
      }
      self.inputs = inputs
      self.results = results
      let values = transform.kernelValues
      kernel = (0..<points).map { point in
        // The row of −p is that of p with other signs.
        let isNegative = point > 2 && !point.isMultiple(of: 2)
        return (0..<taps).map { tap in
          isNegative
            ? values[5 * (point - 1) + tap] * (tap.isMultiple(of: 2) ? 1 : -1) : values[5 * point + tap]
        }
      }
    }

    static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { dot($0, vector) }
    }

    static func dot(_ left: [Double], _ right: [Double]) -> Double {
      var sum = 0.0
      for (x, y) in zip(left, right) { sum += x * y }
      return sum
    }
  }

  @Test("transforms give the correlation, at the border by the same transformed kernel", arguments: [3, 5])
  func transforms(taps: Int) throws {
    let transform = try #require(WinogradTransform(taps: taps))
    let kernel: [Double] = [2, -2, 5, 7, -3].prefix(taps).map { Double($0) }
    for isBorder in [false, true] {
      let matrices = Matrices(transform, taps: taps, isBorder: isBorder)
      #expect(matrices.points == matrices.outputs + taps - 1)
      let inputs: [Double] = [-1, 4, -2, 3, -3, 2, -4, 1].prefix(matrices.points).map { Double($0) }
      let transformedKernel = Matrices.product(matrices.kernel, kernel)
      let transformedInputs = Matrices.product(matrices.inputs, inputs)
      let products = zip(transformedKernel, transformedInputs).map { $0.0 * $0.1 }
      let outputs = Matrices.product(matrices.results, products)
      for (o, output) in outputs.enumerated() {
        let window = inputs[o..<o + taps]
        let expected = Matrices.dot(kernel, Array(window))
        #expect(abs(output - expected) < 1e-4, "output \(o)")
      }
    }
  }

  @Test("is rejected in one line if it does not apply")
  func limitations() throws {
    let input: Shape = [1, 4, 12, 12]
    func limitation(_ window: SlidingWindow, groups: Int = 1) throws -> String? {
      let geometry = try ConvolutionGeometry(input: input, outputChannels: 4, window: window, groups: groups)
      return ConvolutionAlgorithm.winograd.limitation(of: geometry)
    }
    #expect(try limitation(SlidingWindow(kernel: 3)) == nil)
    #expect(try limitation(SlidingWindow(kernel: Extent2D(3, 5), padding: 4)) == nil)
    #expect(try limitation(SlidingWindow(kernel: 3, stride: 2)) != nil)
    #expect(try limitation(SlidingWindow(kernel: 3, dilation: 2)) != nil)
    #expect(try limitation(SlidingWindow(kernel: 3), groups: 2) != nil)
    #expect(try limitation(SlidingWindow(kernel: 1)) != nil)
    #expect(try limitation(SlidingWindow(kernel: 7, padding: 3)) != nil)
  }

  @Test(
    "is selected if it saves time, but not for one image, for which transforming the weights costs more",
    arguments: TestedBackends.names)
  func choice(backend: String) throws {
    let table = try TestedBackends.make(backend).table
    let hasWinograd = table.convolution.contains { $0.key == .winograd }
    #expect(hasWinograd == (backend != "reference"))
    func algorithm(
      _ choice: ConvolutionChoice, _ geometry: ConvolutionGeometry, images: Int?,
      _ precision: Precision = .float32,
      isWide: Bool = false
    ) -> ConvolutionAlgorithm? {
      table.algorithm(for: geometry, choice, precision, images: images, isWide: isWide)
    }
    // The third block of NiN.
    let wide = try ConvolutionGeometry(
      input: [128, 256, 12, 12], outputChannels: 384, window: SlidingWindow(kernel: 3, padding: 1))
    // The first layer of VGG.
    let narrow = try ConvolutionGeometry(
      input: [128, 3, 224, 224], outputChannels: 64, window: SlidingWindow(kernel: 3, padding: 1))
    #expect(algorithm(.automatic, wide, images: nil) == (hasWinograd ? .winograd : nil))
    #expect(algorithm(.automatic, wide, images: 1) == nil)
    #expect(algorithm(.automatic, narrow, images: nil) == nil)
    #expect(algorithm(.direct, wide, images: nil) == nil)
    #expect(algorithm(.winograd, narrow, images: 1) == (hasWinograd ? .winograd : nil))
    // The second block of NiN, whose 5×5 kernel saves more.
    let second = try ConvolutionGeometry(
      input: [128, 96, 26, 26], outputChannels: 256, window: SlidingWindow(kernel: 5, padding: 2))
    #expect(algorithm(.automatic, second, images: nil, .bfloat16) == (hasWinograd ? .winograd : nil))
    #expect(algorithm(.automatic, second, images: nil, isWide: true) == (hasWinograd ? .winograd : nil))
  }

  @Test(
    "is selected less often with fewer images per transformed weight, and with faster direct convolutions",
    arguments: TestedBackends.fastNames)
  func costs(backend: String) throws {
    let table = try TestedBackends.make(backend).table
    var chosen = 0
    for channels in [8, 32, 96, 256, 512] {
      for (side, kernel) in [(6, 3), (12, 3), (26, 5), (56, 3)] {
        let geometry = try ConvolutionGeometry(
          input: [1, channels, side, side], outputChannels: channels,
          window: SlidingWindow(kernel: Extent2D(kernel), padding: Padding(kernel / 2)))
        func isChosen(_ precision: Precision, _ images: Int?, isWide: Bool) -> Bool {
          table.algorithm(for: geometry, .automatic, precision, images: images, isWide: isWide) != nil
        }
        for precision in [Precision.float32, .bfloat16] {
          for isWide in [false, true] {
            let choices = [1, 2, 8, 100, nil].map { isChosen(precision, $0, isWide: isWide) }
            #expect(zip(choices, choices.dropFirst()).allSatisfy { !$0 || $1 }, "\(geometry)")
          }
          for images in [8, nil] where isChosen(precision, images, isWide: true) {
            #expect(isChosen(precision, images, isWide: false), "\(geometry)")
          }
        }
        if isChosen(.bfloat16, nil, isWide: false) {
          chosen += 1
          #expect(isChosen(.float32, nil, isWide: false), "\(geometry)")
        }
      }
    }
    #expect(chosen > 0)
  }

  /// With a padding of the kernel's size or more, outputs at the border are sums over padding alone.
  @Test(
    "keeps NaN of outputs that do not depend on the input out of its gradient",
    arguments: TestedBackends.fastNames, [3, 5])
  func outputsOfPadding(backend: String, kernel: Int) throws {
    let geometry = try ConvolutionGeometry(
      input: [1, 3, 7, 9], outputChannels: 5,
      window: SlidingWindow(kernel: Extent2D(kernel), padding: Padding(kernel)))
    let (height, width) = (geometry.output.height, geometry.output.width)
    let gradient = (0..<geometry.outputShape.elementCount).map { index in
      let (row, column) = (index / width % height, index % width)
      return [0, height - 1].contains(row) || [0, width - 1].contains(column) ? Double.nan : 1
    }
    var kernelCase = KernelCase(
      .convolution(geometry, activation: nil), input: Tensor(shape: geometry.inputShape, repeating: 1),
      parameters: [
        Tensor(shape: geometry.weightShape, repeating: 1),
        Tensor(shape: [geometry.outputChannels], repeating: 1),
      ], outputGradient: Tensor(shape: geometry.outputShape, elements: gradient))
    kernelCase.algorithm = .winograd
    let outcome = try KernelHarness(TestedBackends.make(backend)).run(kernelCase)
    let found = try #require(outcome.values(.inputGradient)).elements
    #expect(outcome.algorithm == .winograd && found.allSatisfy(\.isFinite))
  }
}
