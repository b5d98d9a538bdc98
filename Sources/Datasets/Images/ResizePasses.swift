extension ResizeWeights {
  /// Resizes one row.
  ///
  /// - Parameters:
  ///   - row: The pixels.
  ///   - result: The memory for the resized pixels.
  func resizeRow(_ row: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>) {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          for position in starts.indices {
            let start = starts[position]
            let first = position * stride
            var sum = Self.half
            for tap in 0..<counts[position] {
              sum &+= Int32(row[start + tap]) &* weights[first + tap]
            }
            result[position] = UInt8(truncatingIfNeeded: sum >> Self.fractionBits)
          }
        }
      }
    }
  }

  /// Resizes all columns of a plane, whole rows at a time, so that the innermost loops are contiguous.
  ///
  /// - Parameters:
  ///   - plane: Rows of pixels.
  ///   - width: The pixels of a row.
  ///   - result: The memory for the rows of the resized plane.
  ///   - accumulators: Scratch memory, as many numbers as a row has pixels.
  func resizeColumns(
    _ plane: UnsafePointer<UInt8>, width: Int, into result: UnsafeMutablePointer<UInt8>,
    accumulators: UnsafeMutablePointer<Int32>
  ) {
    for position in starts.indices {
      let rows = plane + starts[position] * width
      let resized = result + position * width
      let first = position * stride
      if counts[position] == 2 {
        Self.blend(
          rows, rows + width, weights[first], weights[first + 1], into: resized, width: width)
      } else {
        accumulate(rows, count: counts[position], first: first, width: width, in: accumulators)
        Self.round(accumulators, into: resized, width: width)
      }
    }
  }

  /// Blends two rows, the case of all enlargements, which saves a traversal of memory.
  private static func blend(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ upperWeight: Int32, _ lowerWeight: Int32,
    into result: UnsafeMutablePointer<UInt8>, width: Int
  ) {
    for x in 0..<width {
      let sum = Int32(upper[x]) &* upperWeight &+ Int32(lower[x]) &* lowerWeight &+ half
      result[x] = UInt8(truncatingIfNeeded: sum >> fractionBits)
    }
  }

  private func accumulate(
    _ rows: UnsafePointer<UInt8>, count: Int, first: Int, width: Int,
    in accumulators: UnsafeMutablePointer<Int32>
  ) {
    for x in 0..<width { accumulators[x] = Self.half }
    for tap in 0..<count {
      let row = rows + tap * width
      let weight = weights[first + tap]
      for x in 0..<width { accumulators[x] &+= Int32(row[x]) &* weight }
    }
  }

  private static func round(
    _ accumulators: UnsafePointer<Int32>, into result: UnsafeMutablePointer<UInt8>, width: Int
  ) {
    for x in 0..<width { result[x] = UInt8(truncatingIfNeeded: accumulators[x] >> fractionBits) }
  }
}

/// The pixels of a line, and their weights, for each pixel of the resized line.
///
/// The weights of the bilinear (triangle) filter, computed and normalized in double precision and rounded to
/// fixed point with 22 fractional bits. When a line shrinks, the triangle is widened by the same factor, so that every
/// pixel contributes (antialiasing).
///
/// Source: the resampling of the Python Imaging Library, Pillow, which torchvision uses on bytes.
struct ResizeWeights: Sendable {
  /// Fractional bits: 32 minus the 8 of a pixel and 2 spare ones.
  static let fractionBits: Int32 = 22

  /// One half, which makes the final shift round to nearest.
  static let half: Int32 = 1 << (fractionBits - 1)

  /// For each resized pixel, the first source pixel.
  let starts: [Int]

  /// For each resized pixel, the number of source pixels.
  let counts: [Int]

  /// The weights; those of pixel `i` begin at `i * stride`.
  let weights: [Int32]

  /// The distance from one pixel's weights to the next one's.
  let stride: Int

  /// Computes the weights of a line.
  ///
  /// - Parameters:
  ///   - inputLength: The pixels of the line, from 1 to 16,384. Rounding makes the sum of n weights exceed 1 by up to
  ///     n/2 units, which for so few weights cannot raise a byte above 255, so no result needs clipping.
  ///   - outputLength: The pixels of the resized line, at least 1.
  init(from inputLength: Int, to outputLength: Int) {
    let scale = Double(inputLength) / Double(outputLength)
    let support = max(scale, 1)
    stride = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: outputLength * stride)
    for position in 0..<outputLength {
      let center = (Double(position) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), inputLength)
      let line = Self.triangle(from: start, to: end, center: center, support: support)
      for (tap, weight) in line.enumerated() { weights[position * stride + tap] = weight }
      starts.append(start)
      counts.append(line.count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }

  private static func triangle(from start: Int, to end: Int, center: Double, support: Double) -> [Int32] {
    // The products and the order of the sum are Pillow's: a different rounding would change the last bit.
    let inverse = 1 / support
    let heights = (start..<end).map { max(1 - abs((Double($0) - center + 0.5) * inverse), 0) }
    let sum = heights.reduce(0, +)
    let one = Double(1 << fractionBits)
    return heights.map { Int32(0.5 + (sum == 0 ? $0 : $0 / sum) * one) }
  }
}
