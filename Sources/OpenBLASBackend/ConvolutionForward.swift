#if OpenBLAS
  import Backends
  import Operations

  /// Y = W·U + b and the activation, in tiles: each of some pixels of all output channels of an image and group.
  struct ConvolutionForward {
    private let matrices: ConvolutionMatrices
    private let activation: Activation?
    private let library: OpenBLASLibrary
    private let threads: ThreadPool
    private let tiling: PanelTiling

    init(
      _ matrices: ConvolutionMatrices, activation: Activation?, library: OpenBLASLibrary, threads: ThreadPool
    ) {
      self.matrices = matrices
      self.activation = activation
      self.library = library
      self.threads = threads
      var tiling = PanelTiling(rows: matrices.rows, pixels: matrices.pixels)
      tiling.pixels = tiling.pixels.finer(for: threads, others: matrices.batch * matrices.groups)
      self.tiling = tiling
    }

    /// The elements of scratch that each thread needs.
    var panelCount: Int { matrices.isDirect ? 0 : tiling.panelCount }

    /// What is done, for people; with the rows and pixels of a panel where there are panels.
    var algorithm: String {
      matrices.isDirect
        ? "sgemm" : "im2col+sgemm \(tiling.rows.largestPart)×\(tiling.pixels.largestPart)"
    }

    /// The loop that computes the output.
    func loop(_ memory: LayerMemory) -> ParallelLoop {
      let tiles = tiling.pixels.parts
      let count = matrices.batch * matrices.groups * tiles
      return ParallelLoop(threads: threads, count: count) { tasks, thread in
        let panel = memory.scratch + thread * panelCount
        for task in tasks {
          let (block, tile) = task.quotientAndRemainder(dividingBy: tiles)
          let (image, group) = block.quotientAndRemainder(dividingBy: matrices.groups)
          computeTile(memory, image: image, group: group, pixels: tiling.pixels[tile], panel: panel)
        }
      }
    }

    private func computeTile(
      _ memory: LayerMemory, image: Int, group: Int, pixels: Range<Int>,
      panel: UnsafeMutablePointer<Float>
    ) {
      let planes = memory.input + matrices.inputOffset(image: image, group: group)
      let weight = memory.weight + matrices.weightOffset(group: group)
      let tile = memory.output + matrices.outputOffset(image: image, group: group) + pixels.lowerBound
      if matrices.isDirect {
        let extents = ProductExtents(rows: matrices.outputs, columns: pixels.count, depth: matrices.rows)
        library.multiply(
          Matrix(elements: weight, rowStride: matrices.rows),
          Matrix(elements: planes + pixels.lowerBound, rowStride: matrices.pixels), extents, into: tile,
          resultStride: matrices.pixels, adding: false)
      } else {
        for part in 0..<tiling.rows.parts {
          let rows = tiling.rows[part]
          matrices.unfolding.unfold(planes, rows: rows, pixels: pixels, into: panel)
          let extents = ProductExtents(rows: matrices.outputs, columns: pixels.count, depth: rows.count)
          library.multiply(
            Matrix(elements: weight + rows.lowerBound, rowStride: matrices.rows),
            Matrix(elements: panel, rowStride: pixels.count), extents, into: tile,
            resultStride: matrices.pixels, adding: part > 0)
        }
      }
      finishTile(tile, columns: pixels.count, bias: memory.bias.map { $0 + group * matrices.outputs })
    }

    /// Adds the bias and applies the activation, in one go over the tile.
    private func finishTile(_ tile: UnsafeMutablePointer<Float>, columns: Int, bias: UnsafePointer<Float>?) {
      for output in 0..<matrices.outputs {
        let row = tile + output * matrices.pixels
        switch (bias, activation) {
        case (let bias?, nil): add(bias[output], to: row, count: columns)
        case (let bias?, .relu): addAndRectify(bias[output], row, count: columns)
        // The sum with -0 is the number itself, -0 included.
        case (nil, .relu): addAndRectify(-0.0, row, count: columns)
        case (nil, nil): break
        }
      }
    }
  }
#endif
