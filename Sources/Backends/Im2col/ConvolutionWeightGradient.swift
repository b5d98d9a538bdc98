import Operations

/// dW = Σ dY·Uᵀ over the images, and db: each task owns some columns of dW of a group and goes over all images in
/// order, so that the order of the sums is fixed and no copies of dW are needed.
struct ConvolutionWeightGradient {
  private let matrices: ConvolutionMatrices
  private let multiplier: any MatrixMultiplier
  private let threads: ThreadPool
  /// The tiling of U, whose rows are the columns of dW.
  private let tiling: PanelTiling
  /// The cut of the rows of dW, for more threads than its columns can keep busy.
  private let outputs: EvenSplit

  /// Below this many columns a product is mostly packing.
  private static let minimumColumns = 16

  init(_ matrices: ConvolutionMatrices, multiplier: any MatrixMultiplier, threads: ThreadPool) {
    self.matrices = matrices
    self.multiplier = multiplier
    self.threads = threads
    let rows = EvenSplit(matrices.rows, largestPart: PanelTiling.preferredRows)
      .finer(for: threads, others: matrices.groups, smallestPart: Self.minimumColumns)
    tiling = PanelTiling(rows: rows, pixels: matrices.pixels)
    outputs = EvenSplit(matrices.outputs, parts: 1)
      .finer(for: threads, others: matrices.groups * rows.parts)
  }

  /// The elements of scratch that each thread needs.
  var panelCount: Int { matrices.isDirect ? 0 : tiling.panelCount }

  /// The loops that compute the gradients of the weight and, if there is one, the bias; nil if there is no memory
  /// for them.
  func loops(_ memory: LayerMemory) -> [ParallelLoop]? {
    guard let weightGradient = memory.weightGradient, let outputGradient = memory.outputGradient else {
      return nil
    }
    let count = matrices.groups * tiling.rows.parts * outputs.parts
    let products = ParallelLoop(threads: threads, count: count) { tasks, thread in
      let panel = memory.scratch + thread * panelCount
      for task in tasks {
        let (block, outputPart) = task.quotientAndRemainder(dividingBy: outputs.parts)
        let (group, rowPart) = block.quotientAndRemainder(dividingBy: tiling.rows.parts)
        sumProducts(
          memory.input, outputGradient, group: group, rows: tiling.rows[rowPart],
          outputs: outputs[outputPart], panel: panel,
          into: weightGradient + matrices.weightOffset(group: group))
      }
    }
    guard let biasGradient = memory.biasGradient else { return [products] }
    let sums = planeSums(
      outputGradient, images: matrices.batch, channels: matrices.groups * matrices.outputs,
      pixels: matrices.pixels, into: biasGradient, threads: threads)
    return [products, sums]
  }

  private func sumProducts(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, group: Int, rows: Range<Int>,
    outputs: Range<Int>, panel: UnsafeMutablePointer<Float>,
    into weightGradient: UnsafeMutablePointer<Float>
  ) {
    let result = weightGradient + outputs.lowerBound * matrices.rows + rows.lowerBound
    for image in 0..<matrices.batch {
      let planes = input + matrices.inputOffset(image: image, group: group)
      let gradients =
        gradient + matrices.outputOffset(image: image, group: group) + outputs.lowerBound * matrices.pixels
      for tile in 0..<tiling.pixels.parts {
        let pixels = tiling.pixels[tile]
        let extents = ProductExtents(rows: outputs.count, columns: rows.count, depth: pixels.count)
        multiplier.multiply(
          Matrix(elements: gradients + pixels.lowerBound, rowStride: matrices.pixels),
          unfolded(planes, rows: rows, pixels: pixels, panel: panel), extents, into: result,
          resultStride: matrices.rows, adding: image > 0 || tile > 0)
      }
    }
  }

  /// Uᵀ at some rows and pixels of U: in the panel, or in the input itself.
  private func unfolded(
    _ planes: UnsafePointer<Float>, rows: Range<Int>, pixels: Range<Int>, panel: UnsafeMutablePointer<Float>
  ) -> Matrix {
    guard !matrices.isDirect else {
      let first = planes + rows.lowerBound * matrices.pixels + pixels.lowerBound
      return Matrix(elements: first, rowStride: matrices.pixels, isTransposed: true)
    }
    matrices.unfolding.unfold(planes, rows: rows, pixels: pixels, into: panel)
    return Matrix(elements: panel, rowStride: pixels.count, isTransposed: true)
  }
}
