import CTurboJPEG
import Tensors
import Testing

/// Pixels and JPEG files, made up.
enum ImageBytes {
  /// Noise, C×H×W, that is the same at every run.
  static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 0)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  /// A JPEG file of noise in color.
  static func jpeg(width: Int, height: Int, seed: UInt64) throws -> [UInt8] {
    let samples = noise(width * height * 3, seed: seed)
    let encoder = try #require(tjInitCompress())
    defer { tjDestroy(encoder) }
    var file: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    let code = tjCompress2(
      encoder, samples, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &file, &count,
      Int32(TJSAMP_444.rawValue), 90, 0)
    defer { tjFree(file) }
    try #require(code == 0)
    return Array(UnsafeBufferPointer(start: file, count: Int(count)))
  }
}
