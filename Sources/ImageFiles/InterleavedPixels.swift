/// The kind of samples in a pixel.
enum PixelFormat {
  case gray, grayAlpha, color, colorAlpha
  /// Cyan, magenta, yellow and black as Adobe's programs store them: 0 is full ink, 255 no ink.
  case invertedCMYK

  /// The number of samples per pixel.
  var samplesPerPixel: Int {
    switch self {
    case .gray: 1
    case .grayAlpha: 2
    case .color: 3
    case .colorAlpha, .invertedCMYK: 4
    }
  }
}

/// Pixels from a decoder, with the samples of each pixel next to each other.
struct InterleavedPixels {
  let width: Int
  let height: Int
  let format: PixelFormat
  let samples: [UInt8]

  /// The pixels as gray or as three planes, blended with white where they are transparent.
  ///
  /// - Parameter channels: 1 or 3.
  /// - Returns: The pixels as planes.
  func planes(channels: Int) -> DecodedImage {
    let count = width * height
    let samplesPerPixel = format.samplesPerPixel
    let pixels = [UInt8](unsafeUninitializedCapacity: count * channels) { planes, initialized in
      samples.withUnsafeBufferPointer { samples in
        for pixel in 0..<count {
          let color = color(of: samples, at: pixel * samplesPerPixel)
          if channels == 1 {
            // The luma of three equal samples is the same sample.
            planes[pixel] = Self.luma(color)
          } else {
            planes[pixel] = color.red
            planes[count + pixel] = color.green
            planes[2 * count + pixel] = color.blue
          }
        }
      }
      initialized = count * channels
    }
    return DecodedImage(width: width, height: height, channels: channels, planes: pixels)
  }

  private typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

  private func color(of samples: UnsafeBufferPointer<UInt8>, at first: Int) -> Color {
    switch format {
    case .gray:
      return (samples[first], samples[first], samples[first])
    case .grayAlpha:
      let gray = Self.overWhite(samples[first], samples[first + 1])
      return (gray, gray, gray)
    case .color:
      return (samples[first], samples[first + 1], samples[first + 2])
    case .colorAlpha:
      let alpha = samples[first + 3]
      return (
        Self.overWhite(samples[first], alpha), Self.overWhite(samples[first + 1], alpha),
        Self.overWhite(samples[first + 2], alpha)
      )
    case .invertedCMYK:
      let black = samples[first + 3]
      return (
        Self.inked(samples[first], black), Self.inked(samples[first + 1], black),
        Self.inked(samples[first + 2], black)
      )
    }
  }

  /// A sample blended with white, rounded to nearest.
  private static func overWhite(_ sample: UInt8, _ alpha: UInt8) -> UInt8 {
    let sum = Int(sample) * Int(alpha) + 255 * (255 - Int(alpha))
    return UInt8((sum + 127) / 255)
  }

  /// The product of an inverted ink and inverted black, rounded as in Pillow.
  private static func inked(_ ink: UInt8, _ black: UInt8) -> UInt8 {
    let product = (255 - Int(ink)) * Int(black) + 128
    let absorbed = (product >> 8 + product) >> 8
    return UInt8(Int(black) - absorbed)
  }

  /// The luma of ITU-R BT.601 in fixed point with 16 bits, as Pillow's `convert("L")` computes it.
  private static func luma(_ color: Color) -> UInt8 {
    let sum = Int(color.red) * 19595 + Int(color.green) * 38470 + Int(color.blue) * 7471
    return UInt8((sum + 0x8000) >> 16)
  }
}
