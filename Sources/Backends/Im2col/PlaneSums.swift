/// The loop that sums each channel over all images and pixels: the gradient of a bias.
///
/// - Parameters:
///   - values: images×channels×pixels.
///   - images: Images.
///   - channels: Channels.
///   - pixels: Pixels of a plane.
///   - sums: A sum for each channel, to be written.
///   - threads: The threads; the order of each sum does not depend on them.
/// - Returns: The loop.
func planeSums(
  _ values: UnsafePointer<Float>, images: Int, channels: Int, pixels: Int,
  into sums: UnsafeMutablePointer<Float>, threads: ThreadPool
) -> ParallelLoop {
  ParallelLoop(threads: threads, count: channels) { ownChannels, _ in
    for channel in ownChannels {
      var sum = 0.0
      for image in 0..<images {
        sum += total(of: values + (image * channels + channel) * pixels, count: pixels)
      }
      sums[channel] = Float(sum)
    }
  }
}

/// Sums a run of elements: in float32 over short blocks with 16 partial sums each, in float64 over the blocks.
private func total(of values: UnsafePointer<Float>, count: Int) -> Double {
  let lanes = 16
  let block = 64 * lanes
  var sum = 0.0
  var start = 0
  while count - start >= lanes {
    let end = min(start + block, count - (count - start) % lanes)
    var partial = SIMD16<Float>.zero
    for index in stride(from: start, to: end, by: lanes) {
      partial += UnsafeRawPointer(values + index).loadUnaligned(as: SIMD16<Float>.self)
    }
    sum += Double(partial.sum())
    start = end
  }
  for index in start..<count { sum += Double(values[index]) }
  return sum
}
