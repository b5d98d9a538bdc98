#if OpenBLAS
  extension Unfolding {
    /// Writes a panel of the unfolded input (im2col): some of its rows at some of its pixels.
    ///
    /// - Parameters:
    ///   - planes: The input channels of one image and group.
    ///   - rows: The rows.
    ///   - pixels: The pixels; at least one.
    ///   - panel: rows×pixels, to be written.
    func unfold(
      _ planes: UnsafePointer<Float>, rows: Range<Int>, pixels: Range<Int>,
      into panel: UnsafeMutablePointer<Float>
    ) {
      for index in rows {
        let row = self.row(index)
        let plane = planes + row.channel * input.area
        let destination = panel + (index - rows.lowerBound) * pixels.count
        if keepsRuns {
          unfoldRun(plane, row, pixels, into: destination)
        } else {
          unfoldLines(plane, row, pixels, into: destination)
        }
      }
    }

    private func unfoldRun(
      _ plane: UnsafePointer<Float>, _ row: Row, _ pixels: Range<Int>,
      into destination: UnsafeMutablePointer<Float>
    ) {
      let run = self.run(of: row, in: pixels)
      let before = run.lowerBound - pixels.lowerBound
      destination.update(repeating: 0, count: before)
      (destination + before).update(from: plane + (run.lowerBound + shift(of: row)), count: run.count)
      (destination + before + run.count).update(repeating: 0, count: pixels.upperBound - run.upperBound)
      forEachPaddedRun(of: row, in: run) { padded in
        for pixel in padded { destination[pixel - pixels.lowerBound] = 0 }
      }
    }

    private func unfoldLines(
      _ plane: UnsafePointer<Float>, _ row: Row, _ pixels: Range<Int>,
      into destination: UnsafeMutablePointer<Float>
    ) {
      let stride = window.stride
      var target = destination
      forEachLine(of: pixels) { line, columns in
        defer { target += columns.count }
        let valid = row.validColumns.clamped(to: columns)
        guard row.validRows.contains(line), !valid.isEmpty else {
          target.update(repeating: 0, count: columns.count)
          return
        }
        let before = valid.lowerBound - columns.lowerBound
        let source =
          plane + (row.top + line * stride.height) * input.width + row.left + valid.lowerBound * stride.width
        target.update(repeating: 0, count: before)
        gather(source, stride: stride.width, count: valid.count, into: target + before)
        (target + before + valid.count).update(repeating: 0, count: columns.upperBound - valid.upperBound)
      }
    }

    @inline(__always)
    private func gather(
      _ source: UnsafePointer<Float>, stride: Int, count: Int, into destination: UnsafeMutablePointer<Float>
    ) {
      guard stride > 1 else { return destination.update(from: source, count: count) }
      for index in 0..<count { destination[index] = source[index &* stride] }
    }
  }
#endif
