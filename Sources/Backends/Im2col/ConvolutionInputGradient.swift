import Operations

/// dU = Wᵀ·dY, folded back into dX: each task owns some input channels of an image and group.
struct ConvolutionInputGradient {
  private let matrices: ConvolutionMatrices
  private let multiplier: any MatrixMultiplier
  private let threads: ThreadPool
  private let channels: EvenSplit
  private let tiling: PanelTiling

  init(_ matrices: ConvolutionMatrices, multiplier: any MatrixMultiplier, threads: ThreadPool) {
    self.matrices = matrices
    self.multiplier = multiplier
    self.threads = threads
    channels = EvenSplit(matrices.inputs, parts: 1)
      .finer(for: threads, others: matrices.batch * matrices.groups)
    let area = matrices.unfolding.window.kernel.area
    tiling = PanelTiling(rows: channels.largestPart * area, pixels: matrices.pixels)
  }

  /// The elements of scratch that each thread needs.
  var panelCount: Int { matrices.isDirect ? 0 : tiling.panelCount }

  /// The loop that computes the gradient of the input; nil if there is no memory for it.
  func loop(_ memory: LayerMemory) -> ParallelLoop? {
    guard let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient else {
      return nil
    }
    let count = matrices.batch * matrices.groups * channels.parts
    return ParallelLoop(threads: threads, count: count) { tasks, thread in
      let panel = memory.scratch + thread * panelCount
      for task in tasks {
        let (block, part) = task.quotientAndRemainder(dividingBy: channels.parts)
        let (image, group) = block.quotientAndRemainder(dividingBy: matrices.groups)
        let weight = memory.weight + matrices.weightOffset(group: group)
        let gradient = UnsafePointer(outputGradient) + matrices.outputOffset(image: image, group: group)
        let planes = inputGradient + matrices.inputOffset(image: image, group: group)
        if matrices.isDirect {
          multiplyDirectly(weight, gradient, channels: channels[part], into: planes)
        } else {
          multiplyAndFold(weight, gradient, channels: channels[part], panel: panel, into: planes)
        }
      }
    }
  }

  private func multiplyDirectly(
    _ weight: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, channels: Range<Int>,
    into planes: UnsafeMutablePointer<Float>
  ) {
    let extents = ProductExtents(rows: channels.count, columns: matrices.pixels, depth: matrices.outputs)
    multiplier.multiply(
      Matrix(elements: weight + channels.lowerBound, rowStride: matrices.rows, isTransposed: true),
      Matrix(elements: gradient, rowStride: matrices.pixels), extents,
      into: planes + channels.lowerBound * matrices.pixels, resultStride: matrices.pixels, adding: false)
  }

  private func multiplyAndFold(
    _ weight: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, channels: Range<Int>,
    panel: UnsafeMutablePointer<Float>, into planes: UnsafeMutablePointer<Float>
  ) {
    let plane = matrices.unfolding.input.area
    (planes + channels.lowerBound * plane).update(repeating: 0, count: channels.count * plane)
    let area = matrices.unfolding.window.kernel.area
    let rowSplit = EvenSplit(channels.count * area, largestPart: tiling.rows.largestPart)
    for tile in 0..<tiling.pixels.parts {
      let pixels = tiling.pixels[tile]
      for part in 0..<rowSplit.parts {
        let start = channels.lowerBound * area
        let rows = start + rowSplit[part].lowerBound..<start + rowSplit[part].upperBound
        let extents = ProductExtents(rows: rows.count, columns: pixels.count, depth: matrices.outputs)
        multiplier.multiply(
          Matrix(elements: weight + rows.lowerBound, rowStride: matrices.rows, isTransposed: true),
          Matrix(elements: gradient + pixels.lowerBound, rowStride: matrices.pixels), extents, into: panel,
          resultStride: pixels.count, adding: false)
        matrices.unfolding.fold(panel, rows: rows, pixels: pixels, into: planes)
      }
    }
  }
}
