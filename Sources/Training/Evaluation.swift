import Backends
import Datasets
import Networks

/// Classifies all images and compares with their labels.
///
/// - Parameters:
///   - network: The network; dropout is off.
///   - images: The images, which are resized to what the network takes.
///   - batchSize: How many images are loaded at a time.
/// - Returns: The sums over all images.
/// - Throws: The errors of the loader and of the network.
public func evaluate(
  _ network: Network, on images: LabelledImages, batchSize: Int = 128
) throws -> ClassificationScore {
  let size = PixelSize(height: network.image[1], width: network.image[2])
  let loader = try BatchLoader(images: images, size: size, batchSize: batchSize)
  var score = ClassificationScore()
  while let batch = loader.next() {
    guard let pixels = batch.images.baseAddress else { continue }
    score += try network.evaluate(.bytes(pixels), labels: batch.labels)
  }
  return score
}
