import ImageFiles
import Tensors

/// An image as it is drawn, before normalization, in the network's size or its own.
public struct DrawnImage: Equatable, Sendable {
  /// The channels, each of numbers from 0 (dark) to 1.
  public let channels: [Plane]

  /// Creates an image from its numbers.
  ///
  /// - Parameter pixels: Its numbers from 0 to 1, C×H×W.
  /// - Precondition: The shape has three axes, and no extent is 0.
  public init(_ pixels: Tensor<Double>) {
    precondition(
      pixels.shape.rank == 3 && !pixels.elements.isEmpty,
      "the shape of an image is C×H×W, not \(pixels.shape)")
    channels = Plane.all(of: pixels)
  }

  /// Creates an image from a decoded one of any size; maps are scaled to it.
  ///
  /// Images much larger than their pictures are downsampled: each pixel is the mean of a square of pixels.
  ///
  /// - Parameter image: The image.
  /// - Precondition: It has pixels.
  public init(_ image: DecodedImage) {
    precondition(!image.pixels.isEmpty, "the image has no pixels")
    let scale = max(max(image.width, image.height) / (2 * Self.defaultSide), 1)
    channels = (0..<image.channels).map { Plane(image, channel: $0, scale: scale) }
  }

  /// The approximate side of the pictures of images.
  package static let defaultSide = 224

  /// Height and width of a picture: a multiple of the image's up to the wanted side, or the image's own up to twice
  /// that.
  ///
  /// - Parameter side: The wanted side.
  /// - Returns: The size, and the factor of enlargement; 0 if the image has to be shrunk.
  func pictureSize(side: Int) -> (height: Int, width: Int, enlargement: Int) {
    let (height, width) = (channels[0].height, channels[0].width)
    let longest = max(height, width)
    guard longest > 2 * side else {
      let enlargement = max(side / longest, 1)
      return (height * enlargement, width * enlargement, enlargement)
    }
    let scale = Double(2 * side) / Double(longest)
    func reduced(_ extent: Int) -> Int { max(Int((Double(extent) * scale).rounded()), 1) }
    return (reduced(height), reduced(width), 0)
  }

  /// The image in colors, or gray if it does not have three channels.
  ///
  /// Pixels of small images become squares; large images are shrunk.
  ///
  /// - Parameter side: The wanted side, in pixels.
  /// - Returns: The picture.
  package func raster(side: Int = defaultSide) -> Raster {
    let size = pictureSize(side: side)
    let planes = (channels.count == 3 ? channels : [gray]).map { Self.sized($0, size) }
    return Raster(height: size.height, width: size.width) { row, column in
      planes.count == 3
        ? RGB(shares: planes[0][row, column], planes[1][row, column], planes[2][row, column])
        : RGB(gray: planes[0][row, column])
    }
  }

  /// A map in the colors of a scale over the image in gray, lightened.
  ///
  /// The map is interpolated bilinearly to the size of the image: the receptive fields of its cells overlap, so edges
  /// between them would have no meaning.
  ///
  /// - Parameters:
  ///   - map: The map.
  ///   - scale: Its colors.
  ///   - side: The wanted side, in pixels.
  /// - Returns: The picture, of the same size as that of the image.
  package func raster(below map: Plane, _ scale: ColorScale, side: Int = defaultSide) -> Raster {
    let size = pictureSize(side: side)
    let gray = Self.sized(gray, size)
    let colors = map.interpolated(height: size.height, width: size.width)
    return Raster(height: size.height, width: size.width) { row, column in
      scale.color(of: colors[row, column], over: gray[row, column])
    }
  }

  /// The luma of ITU-R BT.601 of three channels; otherwise the first.
  private var gray: Plane {
    guard channels.count == 3 else { return channels[0] }
    let (red, green, blue) = (channels[0].values, channels[1].values, channels[2].values)
    return Plane(
      height: channels[0].height, width: channels[0].width,
      values: red.indices.map { 0.299 * red[$0] + 0.587 * green[$0] + 0.114 * blue[$0] })
  }

  private static func sized(_ plane: Plane, _ size: (height: Int, width: Int, enlargement: Int)) -> Plane {
    guard size.enlargement > 0 else {
      return plane.interpolated(height: size.height, width: size.width)
    }
    return Plane(
      height: size.height, width: size.width,
      values: (0..<size.height).flatMap { row in
        (0..<size.width).map { plane[row / size.enlargement, $0 / size.enlargement] }
      })
  }
}

extension Plane {
  /// A downsampled channel: the mean of each square of pixels, from 0 to 1.
  fileprivate init(_ image: DecodedImage, channel: Int, scale: Int) {
    let (height, width) = ((image.height + scale - 1) / scale, (image.width + scale - 1) / scale)
    let first = channel * image.height * image.width
    let values = (0..<height).flatMap { row in
      let rows = row * scale..<min((row + 1) * scale, image.height)
      return (0..<width).map { column in
        let columns = column * scale..<min((column + 1) * scale, image.width)
        var sum = 0
        for row in rows {
          for column in columns { sum += Int(image.pixels[first + row * image.width + column]) }
        }
        return Double(sum) / Double(rows.count * columns.count) / 255
      }
    }
    self.init(height: height, width: width, values: values)
  }
}
