extension ResizeWeights {
  /// Resizes one row.
  ///
  /// - Parameters:
  ///   - row: The pixels.
  ///   - result: Where the resized pixels go.
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
  ///   - result: Where the rows of the resized plane go.
  ///   - accumulators: As many numbers as a row has pixels, to work in.
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

  /// Two rows make one: the case of every enlargement, where a pass through memory is worth saving.
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
