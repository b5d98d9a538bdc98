import Datasets
import Networks
import Tensors

extension ImageBatch {
  /// Joins resized images.
  ///
  /// - Parameters:
  ///   - images: The images, all bytes or all intensities, as one resizing method gives them.
  ///   - image: The shape of each, C×H×W.
  /// - Throws: `TrainingError` if an image has a different number of pixels, or bytes and intensities are mixed.
  public init(_ images: [ResizedImage], image: Shape) throws {
    var bytes: [UInt8] = []
    var intensities: [Float] = []
    for image in images {
      switch image {
      case .bytes(let image): bytes += image
      case .intensities(let image): intensities += image
      }
    }
    let shape = image.batched(images.count)
    switch (bytes.count, intensities.count) {
    case (shape.elementCount, 0): self = .bytes(Tensor(shape: shape, elements: bytes))
    case (0, shape.elementCount): self = .intensities(Tensor(shape: shape, elements: intensities))
    default:
      throw TrainingError.unsuitableInput(
        reason: "the images must all have the shape \(image), and be all bytes or all intensities")
    }
  }
}
