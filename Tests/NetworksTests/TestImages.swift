import Backends
import Datasets
import Networks
import Tensors

/// Images for tests.
enum TestImages {
  /// Images as numbers from 0 to 1, resized as for training.
  static func resized(_ pixels: Tensor<UInt8>, to side: Int) throws -> Tensor<Float> {
    let source = PixelSize(height: pixels.shape[2], width: pixels.shape[3])
    let resize = try BilinearResize(from: source, to: PixelSize(square: side), channels: pixels.shape[1])
    let bytesPerImage = pixels.elements.count / pixels.shape[0]
    let bytes = stride(from: 0, to: pixels.elements.count, by: bytesPerImage).flatMap {
      resize.resized(Array(pixels.elements[$0..<$0 + bytesPerImage]))
    }
    return Tensor(
      shape: [pixels.shape[0], pixels.shape[1], side, side], elements: bytes.map { Float($0) / 255 })
  }

  /// Random numbers from −1 to 1, the same for the same seed.
  static func random(_ shape: Shape, seed: UInt64) -> Tensor<Float> {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 0)
    let elements = (0..<shape.elementCount).map { _ in Float(2 * generator.nextUniform() - 1) }
    return Tensor(shape: shape, elements: elements)
  }
}

extension Network {
  /// Computes gradients for numbers, dropout as the pass says.
  func computeGradients(
    _ images: Tensor<Float>, labels: [Int32], context: RunContext = RunContext()
  ) throws -> ClassificationScore {
    try computeGradients(.floats(images), labels: labels, context: context)
  }
}
