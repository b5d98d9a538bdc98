import Operations

/// Y = W·U + b and the activation, in tiles of some pixels and output channels of an image and group.
struct ConvolutionForward {
  private let matrices: ConvolutionMatrices
  private let activation: Activation?
  private let multiplier: any MatrixMultiplier
  private let threads: ThreadPool
  private let tiling: PanelTiling
  /// The cut of the output channels, in wide passes over few pixels.
  private let outputs: EvenSplit

  /// The threads that a wide pass is cut for.
  private static let wideThreads = ThreadPool(count: 4)
  /// The number of outputs that a product computes at a time.
  private static let minimumOutputs = 16

  init(
    _ matrices: ConvolutionMatrices, activation: Activation?, multiplier: any MatrixMultiplier,
    threads: ThreadPool, isWide: Bool
  ) {
    self.matrices = matrices
    self.activation = activation
    self.multiplier = multiplier
    self.threads = threads
    var tiling = PanelTiling(rows: matrices.rows, pixels: matrices.pixels)
    var outputs = EvenSplit(matrices.outputs, parts: 1)
    let blocks = matrices.batch * matrices.groups
    // The operand that is not cut is packed again for each part, so the shorter side of the output stays whole.
    if isWide, matrices.outputs > matrices.pixels {
      outputs = outputs.finer(
        for: Self.wideThreads, others: blocks * tiling.pixels.parts, smallestPart: Self.minimumOutputs)
    } else if isWide {
      tiling.pixels = tiling.pixels.finer(for: Self.wideThreads, others: blocks)
    }
    self.tiling = tiling
    self.outputs = outputs
  }

  /// The elements of scratch that each thread needs.
  var panelCount: Int { matrices.isDirect ? 0 : tiling.panelCount }

  /// The implementation's name, for display; with the rows and pixels of a panel if there are panels.
  var implementation: String {
    matrices.isDirect
      ? multiplier.name : "im2col+\(multiplier.name) \(tiling.rows.largestPart)×\(tiling.pixels.largestPart)"
  }

  /// The loop that computes the output.
  func loop(_ memory: LayerMemory) -> ParallelLoop {
    let tiles = tiling.pixels.parts * outputs.parts
    let count = matrices.batch * matrices.groups * tiles
    return ParallelLoop(threads: threads, count: count) { tasks, thread in
      let panel = memory.scratch + thread * panelCount
      for task in tasks {
        let (block, tile) = task.quotientAndRemainder(dividingBy: tiles)
        let (image, group) = block.quotientAndRemainder(dividingBy: matrices.groups)
        let (pixelPart, outputPart) = tile.quotientAndRemainder(dividingBy: outputs.parts)
        computeTile(
          memory, image: image, group: group, outputs: outputs[outputPart], pixels: tiling.pixels[pixelPart],
          panel: panel)
      }
    }
  }

  private func computeTile(
    _ memory: LayerMemory, image: Int, group: Int, outputs: Range<Int>, pixels: Range<Int>,
    panel: UnsafeMutablePointer<Float>
  ) {
    let planes = memory.input + matrices.inputOffset(image: image, group: group)
    let weight = memory.weight + matrices.weightOffset(group: group) + outputs.lowerBound * matrices.rows
    let tile =
      memory.output + matrices.outputOffset(image: image, group: group)
      + outputs.lowerBound * matrices.pixels + pixels.lowerBound
    if matrices.isDirect {
      let extents = ProductExtents(rows: outputs.count, columns: pixels.count, depth: matrices.rows)
      multiplier.multiply(
        Matrix(elements: weight, rowStride: matrices.rows),
        Matrix(elements: planes + pixels.lowerBound, rowStride: matrices.pixels), extents, into: tile,
        resultStride: matrices.pixels, adding: false)
    } else {
      for part in 0..<tiling.rows.parts {
        let rows = tiling.rows[part]
        matrices.unfolding.unfold(planes, rows: rows, pixels: pixels, into: panel)
        let extents = ProductExtents(rows: outputs.count, columns: pixels.count, depth: rows.count)
        multiplier.multiply(
          Matrix(elements: weight + rows.lowerBound, rowStride: matrices.rows),
          Matrix(elements: panel, rowStride: pixels.count), extents, into: tile,
          resultStride: matrices.pixels, adding: part > 0)
      }
    }
    BiasAndActivation(bias: memory.bias, activation: activation).apply(
      to: tile,
      channels: group * matrices.outputs + outputs.lowerBound..<group * matrices.outputs + outputs.upperBound,
      pixels: pixels.count, channelStride: matrices.pixels)
  }
}
