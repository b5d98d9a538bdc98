import Datasets
import FeatureMaps
import Networks
import Tensors
import Training

/// Some images with the confidence maps of their classes: images that are classified rightly, and the worst mistakes.
public struct MappedImages: Sendable {
  /// Where the maps come from.
  public let head: ClassMapHead
  /// Images of different classes that are classified rightly, the first of each.
  public let right: [ClassMapPicture]
  /// The mistakes with the greatest losses.
  public let wrong: [ClassMapPicture]

  private static let (mostRight, mostWrong) = (6, 12)

  /// Computes the maps; nil if the network's classes have none.
  ///
  /// - Parameters:
  ///   - images: All images that were classified.
  ///   - name: What they are: `test` or `validation`.
  ///   - mistakes: Those that were classified wrongly, the worst first.
  ///   - network: The network.
  ///   - resize: How images are resized.
  ///   - batchSize: How many images are computed at a time: a size that the network is prepared for.
  /// - Throws: The errors of the images and of the network.
  init?(
    of images: LabelledImages, name: String, mistakes: [JudgedImages.Mistake], by network: Network,
    resize: ResizeMethod, batchSize: Int
  ) throws {
    guard let head = try? ClassMapHead(of: network) else { return nil }
    let wrong = mistakes.prefix(Self.mostWrong).map(\.index)
    let right = Self.firstOfClasses(images, without: Set(mistakes.map(\.index)))
    let indices = right + wrong
    var pictures: [ClassMapPicture] = []
    for start in stride(from: 0, to: indices.count, by: batchSize) {
      let batch = try Batch(
        images, Array(indices[start..<min(start + batchSize, indices.count)]), network.image, resize)
      let maps = try batch.maps(by: network, head, batchSize: batchSize)
      for (index, (image, maps)) in zip(batch.indices, zip(batch.images, maps)) {
        pictures.append(
          ClassMapPicture(
            name: images.fileName(at: index) ?? "\(name) image \(index)", image: image, maps: maps,
            classNames: images.classNames, label: Int(images.labels[index])))
      }
    }
    self.head = head
    self.right = Array(pictures.prefix(right.count))
    self.wrong = Array(pictures.dropFirst(right.count))
  }

  /// Whether a map has more than one number, so that there is something to be seen in it.
  var haveDetail: Bool { head.shape[1] * head.shape[2] > 1 }

  private static func firstOfClasses(_ images: LabelledImages, without wrong: Set<Int>) -> [Int] {
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
  let indices: [Int]
  /// The images before normalisation.
  private(set) var images: [SeenImage] = []
  private var bytes: [UInt8] = []
  private var intensities: [Float] = []

  init(_ all: LabelledImages, _ indices: [Int], _ shape: Shape, _ resize: ResizeMethod) throws {
    self.indices = indices
    let size = PixelSize(height: shape[1], width: shape[2])
    for index in indices {
      switch try all.image(at: index, resizedTo: size, by: resize) {
      case .bytes(let image):
        bytes += image
        images.append(SeenImage(Tensor(shape: shape, elements: image.map { Double($0) / 255 })))
      case .intensities(let image):
        intensities += image
        images.append(SeenImage(Tensor(shape: shape, elements: image.map { Double($0) })))
      }
    }
  }

  /// The maps of the images, computed in a whole batch: another size would be prepared for, in memory of its own.
  func maps(by network: Network, _ head: ClassMapHead, batchSize: Int) throws -> [ClassMaps] {
    let missing = (batchSize - indices.count) * network.image.elementCount
    func compute(_ pixels: Pixels) throws -> [ClassMaps] {
      try ClassMaps.all(for: pixels, count: batchSize, limit: indices.count, by: network, head: head)
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
