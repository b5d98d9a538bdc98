import NetworkInNetwork
import Testing

@testable import nin_bench

@Suite("The work of layers")
struct CostTests {
  private let convolution: NetworkInNetwork.Operation

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
    "without the taps on padding there are as many products as counting finds",
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

  @Test("bfloat16 halves what moves, but for the gradients of the weights")
  func bfloat16() {
    let forward = PassCost(.forward, of: convolution, images: 1, precision: .bfloat16)
    #expect(forward.bytes == 2 * (192 + 180 + 140))
    let gradient = PassCost(.weightGradient, of: convolution, images: 1, precision: .bfloat16)
    #expect(gradient.bytes == 2 * (192 + 180) + 4 * 140)
  }

  @Test("a ReLU's gradient reads what the forward pass has read or written too")
  func threeTensors() {
    let relu = NetworkInNetwork.Operation.relu([2, 3, 4, 5])
    #expect(PassCost(.forward, of: relu, images: 2).bytes == 4 * 2 * 120)
    #expect(PassCost(.inputGradient, of: relu, images: 2).bytes == 4 * 3 * 120)
  }
}
