/// A color of 8 bits a channel, as screens show it (sRGB).
public struct RGB: Hashable, Sendable {
  /// From 0 to 255.
  public var red: UInt8
  /// From 0 to 255.
  public var green: UInt8
  /// From 0 to 255.
  public var blue: UInt8

  /// Makes a color.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Makes a color from a number such as `0x440154`.
  init(_ code: Int) {
    self.init(UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
  }

  /// Makes a color from three shares of white, which are rounded; those outside 0…1 count as its ends, and what is not a
  /// number as 0.
  public init(shares red: Double, _ green: Double, _ blue: Double) {
    self.init(Self.byte(red), Self.byte(green), Self.byte(blue))
  }

  /// A gray of a share of white.
  public init(gray share: Double) {
    self.init(shares: share, share, share)
  }

  /// White.
  public static let white = RGB(0xFFFFFF)
  /// What stands for a number that is not finite: magenta, which no color map has.
  public static let notFinite = RGB(0xFF00FF)

  /// This color laid over another.
  ///
  /// - Parameters:
  ///   - ground: The other color.
  ///   - opacity: How much of this one is seen, from 0 to 1.
  /// - Returns: The mixture, channel by channel.
  public func over(_ ground: RGB, opacity: Double) -> RGB {
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
