#if OpenBLAS
  extension Unfolding {
    /// Adds a panel of the unfolded gradient to the gradient of the input (col2im).
    ///
    /// - Parameters:
    ///   - panel: rows×pixels; what stands in the padding is overwritten with zeros.
    ///   - rows: The rows of the unfolded gradient that it holds.
    ///   - pixels: The pixels that it holds; at least one.
    ///   - planes: The gradient of the input channels of one image and group, to be added to.
    func fold(
      _ panel: UnsafeMutablePointer<Float>, rows: Range<Int>, pixels: Range<Int>,
      into planes: UnsafeMutablePointer<Float>
    ) {
      for index in rows {
        let row = self.row(index)
        let plane = planes + row.channel * input.area
        let source = panel + (index - rows.lowerBound) * pixels.count
        if keepsRuns {
          foldRun(source, row, pixels, into: plane)
        } else {
          foldLines(source, row, pixels, into: plane)
        }
      }
    }

    private func foldRun(
      _ source: UnsafeMutablePointer<Float>, _ row: Row, _ pixels: Range<Int>,
      into plane: UnsafeMutablePointer<Float>
    ) {
      let run = self.run(of: row, in: pixels)
      forEachPaddedRun(of: row, in: run) { padded in
        for pixel in padded { source[pixel - pixels.lowerBound] = 0 }
      }
      scatter(
        source + (run.lowerBound - pixels.lowerBound), stride: 1, count: run.count,
        into: plane + (run.lowerBound + shift(of: row)))
    }

    private func foldLines(
      _ source: UnsafeMutablePointer<Float>, _ row: Row, _ pixels: Range<Int>,
      into plane: UnsafeMutablePointer<Float>
    ) {
      let stride = window.stride
      var origin = source
      forEachLine(of: pixels) { line, columns in
        defer { origin += columns.count }
        let valid = row.validColumns.clamped(to: columns)
        guard row.validRows.contains(line), !valid.isEmpty else { return }
        let first =
          (row.top + line * stride.height) * input.width + row.left + valid.lowerBound * stride.width
        scatter(
          origin + (valid.lowerBound - columns.lowerBound), stride: stride.width, count: valid.count,
          into: plane + first)
      }
    }

    @inline(__always)
    private func scatter(
      _ source: UnsafePointer<Float>, stride: Int, count: Int, into destination: UnsafeMutablePointer<Float>
    ) {
      guard stride > 1 else {
        for index in 0..<count { destination[index] += source[index] }
        return
      }
      for index in 0..<count { destination[index &* stride] += source[index] }
    }
  }
#endif
