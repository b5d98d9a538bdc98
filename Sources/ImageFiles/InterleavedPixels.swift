/// Pixels as a decoder gives them: the samples of each pixel side by side.
struct InterleavedPixels {
  let width: Int
  let height: Int
  /// Whether a pixel has red, green and blue, or one grey.
  let isColor: Bool
  /// Whether the last sample of a pixel is its opacity.
  let hasAlpha: Bool
  /// The samples.
  let samples: [UInt8]

  /// How many samples a pixel has.
  var samplesPerPixel: Int { (isColor ? 3 : 1) + (hasAlpha ? 1 : 0) }

  /// The pixels as grey or as three planes, with what is transparent laid over white paper.
  ///
  /// - Parameter channels: 1 or 3.
  /// - Returns: The pixels as planes.
  func planes(channels: Int) -> DecodedImage {
    let count = width * height
    let pixels = [UInt8](unsafeUninitializedCapacity: count * channels) { planes, initialized in
      samples.withUnsafeBufferPointer { samples in
        for pixel in 0..<count {
          let color = color(of: samples, at: pixel * samplesPerPixel)
          if channels == 1 {
            planes[pixel] = isColor ? Self.luma(color) : color.red
          } else {
            planes[pixel] = color.red
            planes[count + pixel] = color.green
            planes[2 * count + pixel] = color.blue
          }
        }
      }
      initialized = count * channels
    }
    return DecodedImage(width: width, height: height, channels: channels, pixels: pixels)
  }

  private typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  private func color(of samples: UnsafeBufferPointer<UInt8>, at first: Int) -> Colour {
    let second = isColor ? first + 1 : first
    let third = isColor ? first + 2 : first
    guard hasAlpha else { return (samples[first], samples[second], samples[third]) }
    let alpha = samples[third + 1]
    return (
      Self.overWhite(samples[first], alpha), Self.overWhite(samples[second], alpha),
      Self.overWhite(samples[third], alpha)
    )
  }

  /// A sample of some opacity over white, rounded to the nearest.
  private static func overWhite(_ sample: UInt8, _ alpha: UInt8) -> UInt8 {
    let sum = Int(sample) * Int(alpha) + 255 * (255 - Int(alpha))
    return UInt8((sum + 127) / 255)
  }

  /// The luma of ITU-R BT.601 in fixed point with 16 bits, as Pillow's `convert("L")` computes it.
  private static func luma(_ color: Colour) -> UInt8 {
    let sum = Int(color.red) * 19595 + Int(color.green) * 38470 + Int(color.blue) * 7471
    return UInt8((sum + 0x8000) >> 16)
  }
}
