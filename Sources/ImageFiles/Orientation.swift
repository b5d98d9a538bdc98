/// The rotation and mirroring that make a stored image upright: the EXIF orientation tag.
///
/// Source: CIPA DC-008, *Exchangeable image file format for digital still cameras*, tag 274, Orientation.
enum Orientation: Int {
  case upright = 1
  case mirrored, upsideDown, mirroredUpsideDown, transposed, rotatedLeft, transversed, rotatedRight

  /// Whether rows and columns are exchanged.
  var exchangesAxes: Bool { rawValue >= Orientation.transposed.rawValue }

  /// The image turned upright.
  func upright(_ image: DecodedImage) -> DecodedImage {
    guard self != .upright else { return image }
    let (width, height) =
      exchangesAxes ? (image.height, image.width) : (image.width, image.height)
    let (start, columnStep, rowStep) = path(width: image.width, height: image.height)
    let area = width * height
    let pixels = [UInt8](unsafeUninitializedCapacity: image.pixels.count) { upright, count in
      image.pixels.withUnsafeBufferPointer { stored in
        for plane in 0..<image.channels {
          for row in 0..<height {
            let first = plane * area + start + row * rowStep
            let target = plane * area + row * width
            for column in 0..<width { upright[target + column] = stored[first + column * columnStep] }
          }
        }
      }
      count = image.pixels.count
    }
    return DecodedImage(width: width, height: height, channels: image.channels, planes: pixels)
  }

  /// The offset of the upright image's first pixel, and the strides of its columns and rows.
  private func path(width: Int, height: Int) -> (start: Int, columnStep: Int, rowStep: Int) {
    let (right, below) = (width - 1, (height - 1) * width)
    return switch self {
    case .upright: (0, 1, width)
    case .mirrored: (right, -1, width)
    case .upsideDown: (right + below, -1, -width)
    case .mirroredUpsideDown: (below, 1, -width)
    case .transposed: (0, width, 1)
    case .rotatedLeft: (below, -width, 1)
    case .transversed: (right + below, -width, -1)
    case .rotatedRight: (right, width, -1)
    }
  }
}
