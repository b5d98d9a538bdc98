import Datasets
import FeatureMaps
import Networks
import Tensors
import Training

/// Some images with the confidence maps of their classes: images that are classified correctly, and the worst mistakes.
package struct MappedImages: Sendable {
  /// An image.
  package struct Example: Sendable {
    /// The image with its maps.
    package let picture: ClassMapPicture
    /// The predicted class.
    package let prediction: Int
  }

  /// The network's head.
  package let head: ClassMapHead
  /// The shape of the images that the maps are computed from, C×H×W: the network's or, if a map would be one number, a
  /// larger one.
  package let image: Shape
  /// The first correctly classified image of each class.
  package let right: [Example]
  /// The mistakes with the largest losses.
  package let wrong: [Example]

  private static let (mostRight, mostWrong) = (4, 8)

  /// Computes the maps; nil if the network's classes have none.
  ///
  /// - Parameters:
  ///   - images: All images that were classified.
  ///   - name: The kind of images: `test` or `validation`.
  ///   - mistakes: The misclassified images, the worst first.
  ///   - network: The network.
  ///   - resize: The resizing method.
  ///   - batchSize: The number of images computed at a time: a size that the network is prepared for.
  ///   - enlarges: Whether to compute larger images if a map would be one number.
  /// - Throws: The errors of the images and of the network.
  init?(
    of images: LabeledImages, name: String, mistakes: [JudgedImages.Mistake], by network: Network,
    resize: ResizeMethod, batchSize: Int, enlarges: Bool
  ) throws {
    guard let head = try? ClassMapHead(of: network) else { return nil }
    let larger =
      head.hasDetail || !enlarges ? nil : ClassMapHead.larger(for: network.model, than: network.image)
    let computing = try larger.map { try network.copy(for: $0.image) } ?? network
    let size = larger == nil ? batchSize : 1
    self.head = larger?.head ?? head
    image = computing.image

    let wrong = mistakes.prefix(Self.mostWrong)
    let right = Self.firstOfClasses(images, without: Set(mistakes.map(\.index)))
    let chosen = right.map { ($0, Int(images.labels[$0])) } + wrong.map { ($0.index, $0.prediction) }
    var examples: [Example] = []
    for start in stride(from: 0, to: chosen.count, by: size) {
      let part = chosen[start..<min(start + size, chosen.count)]
      let batch = try Batch(images, part.map(\.0), image, resize)
      let maps = try batch.maps(by: computing, self.head, batchSize: size)
      for ((index, prediction), (drawn, maps)) in zip(part, zip(batch.images, maps)) {
        let picture = ClassMapPicture(
          name: images.fileName(at: index) ?? "\(name) image \(index)", image: drawn, maps: maps,
          classNames: images.classNames, label: Int(images.labels[index]))
        examples.append(Example(picture: picture, prediction: prediction))
      }
    }
    self.right = Array(examples.prefix(right.count))
    self.wrong = Array(examples.dropFirst(right.count))
  }

  private static func firstOfClasses(_ images: LabeledImages, without wrong: Set<Int>) -> [Int] {
    var classes: Set<Int32> = []
    var indices: [Int] = []
    for (index, label) in images.labels.enumerated() where !wrong.contains(index) {
      guard indices.count < mostRight else { break }
      if classes.insert(label).inserted { indices.append(index) }
    }
    return indices
  }
}

/// Images that are computed at a time.
private struct Batch {
  /// The images before normalization.
  private(set) var images: [DrawnImage] = []
  private var bytes: [UInt8] = []
  private var intensities: [Float] = []

  init(_ all: LabeledImages, _ indices: [Int], _ shape: Shape, _ resize: ResizeMethod) throws {
    let size = PixelSize(height: shape[1], width: shape[2])
    for index in indices {
      switch try all.image(at: index, resizedTo: size, by: resize) {
      case .bytes(let image):
        bytes += image
        images.append(DrawnImage(Tensor(shape: shape, elements: image.map { Double($0) / 255 })))
      case .intensities(let image):
        intensities += image
        images.append(DrawnImage(Tensor(shape: shape, elements: image.map { Double($0) })))
      }
    }
  }

  /// The maps of the images, computed as a full batch, since another batch size would need separate memory.
  func maps(by network: Network, _ head: ClassMapHead, batchSize: Int) throws -> [ClassMaps] {
    let missing = (batchSize - images.count) * network.image.elementCount
    func compute(_ pixels: Pixels) throws -> [ClassMaps] {
      try ClassMaps.all(for: pixels, count: batchSize, limit: images.count, by: network, head: head)
    }
    if intensities.isEmpty {
      let padded = bytes + [UInt8](repeating: 0, count: missing)
      return try padded.withUnsafeBufferPointer { try $0.baseAddress.map { try compute(.bytes($0)) } ?? [] }
    }
    let padded = intensities + [Float](repeating: 0, count: missing)
    return try padded.withUnsafeBufferPointer {
      try $0.baseAddress.map { try compute(.intensities($0)) } ?? []
    }
  }
}
