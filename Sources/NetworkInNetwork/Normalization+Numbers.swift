import Datasets
import Networks

extension Normalization {
  /// The normalized numbers of an image's pixels, as a network computes them from the image.
  package func numbers(_ image: ResizedImage, channels: Int) -> [Double] {
    switch image {
    case .bytes(let bytes): numbers(bytes, channels: channels)
    case .intensities(let intensities): numbers(intensities, channels: channels)
    }
  }

  private func numbers(_ bytes: [UInt8], channels: Int) -> [Double] {
    let area = bytes.count / max(channels, 1)
    return (0..<channels).flatMap { channel in
      let table = table(channel: channel).map { Double($0) }
      return bytes[channel * area..<(channel + 1) * area].map { table[Int($0)] }
    }
  }

  private func numbers(_ intensities: [Float], channels: Int) -> [Double] {
    let area = intensities.count / max(channels, 1)
    return (0..<channels).flatMap { channel in
      let (mean, deviation) = scaling(channel: channel)
      return intensities[channel * area..<(channel + 1) * area].map { Double(($0 - mean) / deviation) }
    }
  }
}
