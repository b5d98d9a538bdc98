extension LabeledImages {
  /// Mean and standard deviation of the pixels of each channel over all images, divided by 255.
  ///
  /// They are computed from sums of integers, and so exact except for the last division and square root.
  ///
  /// - Returns: A mean and a deviation per channel; the deviation of a constant channel is 1.
  /// - Throws: ``DatasetError`` if an image can no longer be read.
  public func meanAndDeviation() throws -> (mean: [Double], deviation: [Double]) {
    var histograms = Array(repeating: Array(repeating: 0, count: 256), count: channels)
    for index in 0..<count {
      let pixels = try image(at: index)
      let area = pixels.count / channels
      for channel in 0..<channels {
        for pixel in pixels[channel * area..<(channel + 1) * area] { histograms[channel][Int(pixel)] += 1 }
      }
    }
    let moments = histograms.map { histogram in
      let total = Double(max(histogram.reduce(0, +), 1))
      let sum = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }
      let mean = Double(sum) / total
      let variance =
        histogram.enumerated().reduce(0.0) { sum, bin in
          sum + Double(bin.element) * (Double(bin.offset) - mean) * (Double(bin.offset) - mean)
        } / total
      return (mean / 255, variance > 0 ? variance.squareRoot() / 255 : 1)
    }
    return (moments.map(\.0), moments.map(\.1))
  }
}
