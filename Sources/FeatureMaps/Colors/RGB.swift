/// An sRGB color with 8 bits per channel.
package struct RGB: Hashable, Sendable {
  /// From 0 to 255.
  package var red: UInt8
  /// From 0 to 255.
  package var green: UInt8
  /// From 0 to 255.
  package var blue: UInt8

  /// Creates a color.
  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Creates a color from a number such as `0x440154`.
  init(_ code: Int) {
    self.init(UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
  }

  /// Creates a color from three intensities, which are clamped to 0…1 and rounded; NaN counts as 0.
  package init(shares red: Double, _ green: Double, _ blue: Double) {
    self.init(Self.byte(red), Self.byte(green), Self.byte(blue))
  }

  /// Creates a gray from an intensity.
  package init(gray share: Double) {
    self.init(shares: share, share, share)
  }

  /// White.
  package static let white = RGB(0xFFFFFF)
  /// The color of a non-finite number: magenta, which no color map has.
  package static let notFinite = RGB(0xFF00FF)

  /// This color blended over another.
  ///
  /// - Parameters:
  ///   - ground: The other color.
  ///   - opacity: The opacity of this color, from 0 to 1.
  /// - Returns: The mixture, channel by channel.
  package func over(_ ground: RGB, opacity: Double) -> RGB {
    func mixed(_ top: UInt8, _ bottom: UInt8) -> Double {
      (Double(top) * opacity + Double(bottom) * (1 - opacity)) / 255
    }
    return RGB(
      shares: mixed(red, ground.red), mixed(green, ground.green), mixed(blue, ground.blue))
  }

  private static func byte(_ share: Double) -> UInt8 {
    share.isNaN ? 0 : UInt8((min(max(share, 0), 1) * 255).rounded())
  }
}
