import Tensors

/// A random change to a training image, such as a flip or a crop.
///
/// It depends only on the image and its random numbers, which are a function of seed, epoch and image, so training
/// gives the same result on any number of threads, and if it is interrupted and resumed.
public protocol ImageTransform: Sendable {
  /// Changes an image in place.
  ///
  /// - Parameters:
  ///   - image: The image, already resized; valid during the call.
  ///   - generator: Random numbers for this transform, image and epoch.
  func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator)
}

/// The bytes of one image, C×H×W, that a transform changes.
public struct ImagePlanes {
  /// C.
  public let channels: Int
  /// H.
  public let height: Int
  /// W.
  public let width: Int
  /// C·H·W bytes.
  public let pixels: UnsafeMutableBufferPointer<UInt8>

  /// Creates the planes of an image.
  ///
  /// - Parameters:
  ///   - channels: C.
  ///   - height: H.
  ///   - width: W.
  ///   - pixels: C·H·W bytes.
  /// - Precondition: `pixels` has that many bytes.
  public init(channels: Int, height: Int, width: Int, pixels: UnsafeMutableBufferPointer<UInt8>) {
    precondition(pixels.count == channels * height * width, "\(pixels.count) bytes do not match the size")
    self.channels = channels
    self.height = height
    self.width = width
    self.pixels = pixels
  }

  /// A pixel of a channel.
  public subscript(channel: Int, row: Int, column: Int) -> UInt8 {
    get { pixels[(channel * height + row) * width + column] }
    nonmutating set { pixels[(channel * height + row) * width + column] = newValue }
  }
}

/// The transforms of an epoch of training, and the source of their random numbers.
public struct ImageTransforms: Sendable {
  /// The transforms, in the order in which they are applied.
  public var transforms: [any ImageTransform]
  /// The training seed.
  public var seed: UInt64
  /// The epoch's number.
  public var epoch: Int

  /// Creates the transforms of an epoch.
  public init(_ transforms: [any ImageTransform], seed: UInt64, epoch: Int) {
    self.transforms = transforms
    self.seed = seed
    self.epoch = epoch
  }

  /// Changes an image in place.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - index: The image's index in the training set.
  func apply(to image: ImagePlanes, index: Int) {
    for (position, transform) in transforms.enumerated() {
      var generator = PhiloxGenerator(
        seed: seed, purpose: .augmentation, index: epoch, stream: index, substream: position)
      transform.apply(to: image, using: &generator)
    }
  }
}
