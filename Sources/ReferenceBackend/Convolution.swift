import Backends
import Operations
import Tensors

/// Convolution, which as everywhere in deep learning is a cross-correlation (the book's equation 7.2.1, with
/// channels as in 7.4, and stride and padding as in 7.3).
///
/// With n the image, o and c the output's and the input's channel (c runs over the channels of o's group), (h, w)
/// a place of the output, (i, j) one of the input and (k, l) a tap of the kernel, where
///
///     i = stride · h − padding + dilation · k,    j = stride · w − padding + dilation · l
///
/// and terms whose place (i, j) lies outside the input are left out:
///
///     Y[n,o,h,w]   = b[o] + Σ_c Σ_k Σ_l  W[o,c,k,l] · X[n,c,i,j]
///     ∂X[n,c,i,j]  = Σ_o Σ_k Σ_l  W[o,c,k,l] · ∂Y[n,o,h,w]
///     ∂W[o,c,k,l]  = Σ_n Σ_h Σ_w  ∂Y[n,o,h,w] · X[n,c,i,j]
///     ∂b[o]        = Σ_n Σ_h Σ_w  ∂Y[n,o,h,w]
///
/// Here ∂ stands for the gradient of the loss. With a fused ReLU the output is max(Y, 0), and ∂Y is first set to
/// 0 wherever the output is not above 0.
struct Convolution<Scalar: LoopScalar>: Equations {
  let requirements: KernelRequirements
  private let geometry: ConvolutionGeometry
  private let activation: Activation?
  private let order: ColumnOrder
  private let taps: [Tap]

  init(_ geometry: ConvolutionGeometry, activation: Activation?, request: KernelRequest) {
    order = ColumnOrder(columns: geometry.input.width, stride: geometry.window.stride.width)
    let sortedCount = geometry.batch * geometry.inputChannels * geometry.input.height * order.pitch
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, request.precision.activationType),
      parameters: Layout.plainParameters(of: request),
      readsInputInBackward: request.isTraining,
      readsOutputInBackward: request.isTraining && activation != nil,
      scratchByteCount: order.isPlain ? 0 : sortedCount * MemoryLayout<Scalar>.stride,
      implementation: "loops")
    self.geometry = geometry
    self.activation = activation
    taps = Tap.all(
      rows: .rows(geometry.window, from: geometry.input, to: geometry.output),
      columns: .columns(geometry.window, from: geometry.input, to: geometry.output), order: order)
  }

  /// Y, one plane of it (an n and an o) at a time.
  func forward(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight else { return }
    let sorted = sortedInput(memory, loops)
    loops.add(over: geometry.batch * geometry.outputChannels) { plane in
      let (n, o) = plane.quotientAndRemainder(dividingBy: geometry.outputChannels)
      let y = memory.output + plane * geometry.output.area
      y.update(repeating: memory.bias?[o] ?? 0, count: geometry.output.area)
      for c in 0..<geometry.inputChannelsPerGroup {
        let x = sorted + inputPlane(n, o, c) * sortedArea
        for tap in taps {
          let a = weight[firstWeight(o, c) + tap.index]
          for h in tap.outputRows {
            addProduct(a, x + tap.input(h), to: y + tap.output(h), count: tap.count)
          }
        }
      }
      if activation == .relu { rectify(y, from: y, count: geometry.output.area) }
    }
  }

  func activationGradient(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard activation == .relu, let dY = memory.outputGradient else { return }
    loops.add(over: geometry.batch * geometry.outputChannels) { plane in
      let start = plane * geometry.output.area
      rectifyGradient(dY + start, of: memory.output + start, from: dY + start, count: geometry.output.area)
    }
  }

  /// ∂X, one plane of it (an n and a c) at a time.
  func inputGradient(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight, let dX = memory.inputGradient, let dY = memory.outputGradient else {
      return
    }
    loops.add(over: geometry.batch * geometry.inputChannels) { plane in
      let (n, channel) = plane.quotientAndRemainder(dividingBy: geometry.inputChannels)
      let (group, c) = channel.quotientAndRemainder(dividingBy: geometry.inputChannelsPerGroup)
      let dx = (order.isPlain ? dX : memory.scratch) + plane * sortedArea
      dx.update(repeating: 0, count: sortedArea)
      let firstOutput = group * geometry.outputChannelsPerGroup
      for o in firstOutput..<firstOutput + geometry.outputChannelsPerGroup {
        let dy = dY + (n * geometry.outputChannels + o) * geometry.output.area
        for tap in taps {
          let a = weight[firstWeight(o, c) + tap.index]
          for h in tap.outputRows {
            addProduct(a, dy + tap.output(h), to: dx + tap.input(h), count: tap.count)
          }
        }
      }
      guard !order.isPlain else { return }
      order.unsort(dx, rows: geometry.input.height, into: dX + plane * geometry.input.area)
    }
  }

  /// ∂W, one kernel of it (an o and a c) at a time, and ∂b.
  func parameterGradients(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dW = memory.weightGradient, let dY = memory.outputGradient else { return }
    let sorted = sortedInput(memory, loops)
    loops.add(over: geometry.outputChannels * geometry.inputChannelsPerGroup) { kernel in
      let (o, c) = kernel.quotientAndRemainder(dividingBy: geometry.inputChannelsPerGroup)
      for tap in taps {
        var sum = ProductSum<Scalar>()
        for n in 0..<geometry.batch {
          let x = sorted + inputPlane(n, o, c) * sortedArea
          let dy = dY + (n * geometry.outputChannels + o) * geometry.output.area
          for h in tap.outputRows {
            sum.add(x + tap.input(h), dy + tap.output(h), count: tap.count)
          }
        }
        dW[firstWeight(o, c) + tap.index] = sum.value
      }
    }
    guard let db = memory.biasGradient else { return }
    loops.add(over: geometry.outputChannels) { o in
      db[o] = (0..<geometry.batch).reduce(0) { total, n in
        total
          + sum(dY + (n * geometry.outputChannels + o) * geometry.output.area, count: geometry.output.area)
      }
    }
  }

  /// The place of the plane of image n that is channel c of the group of output channel o.
  private func inputPlane(_ n: Int, _ o: Int, _ c: Int) -> Int {
    let group = o / geometry.outputChannelsPerGroup
    return n * geometry.inputChannels + group * geometry.inputChannelsPerGroup + c
  }

  /// X with the columns of each row in ``ColumnOrder``.
  private func sortedInput(
    _ memory: PlainMemory<Scalar>, _ loops: PassLoops
  ) -> UnsafeMutablePointer<Scalar> {
    guard !order.isPlain else { return memory.input }
    loops.add(over: geometry.batch * geometry.inputChannels) { plane in
      order.sort(
        memory.input + plane * geometry.input.area, rows: geometry.input.height,
        into: memory.scratch + plane * sortedArea)
    }
    return memory.scratch
  }

  /// Elements of a plane of X in that order.
  private var sortedArea: Int { geometry.input.height * order.pitch }

  /// The place of W[o,c] and with it of its first tap.
  private func firstWeight(_ o: Int, _ c: Int) -> Int {
    (o * geometry.inputChannelsPerGroup + c) * taps.count
  }
}

/// One tap (k, l) of the kernel, with the part of the output for which it lies on the input.
private struct Tap {
  /// Its place in the kernel, in row-major order.
  let index: Int
  /// The rows h, each with a run of columns w; where whole rows of the output meet whole rows of the input, all of
  /// them are one run.
  let outputRows: Range<Int>
  /// The length of a run.
  let count: Int
  private let firstOutput: Int
  private let outputPitch: Int
  private let firstInput: Int
  private let inputPitch: Int

  /// All taps, in row-major order.
  static func all(rows: Axis, columns: Axis, order: ColumnOrder) -> [Tap] {
    (0..<rows.taps).flatMap { k in
      (0..<columns.taps).map { l in Tap(k, l, rows: rows, columns: columns, order: order) }
    }
  }

  private init(_ k: Int, _ l: Int, rows: Axis, columns: Axis, order: ColumnOrder) {
    index = k * columns.taps + l
    let outputRows = rows.outputs(tap: k)
    let outputColumns = columns.outputs(tap: l)
    let isWhole = outputColumns.count == columns.output && columns.output == columns.input
    if isWhole, rows.stride == 1, columns.stride == 1, !outputRows.isEmpty {
      self.outputRows = outputRows.prefix(1)
      count = outputRows.count * columns.output
    } else {
      self.outputRows = outputColumns.isEmpty ? 0..<0 : outputRows
      count = outputColumns.count
    }
    firstOutput = outputColumns.lowerBound
    outputPitch = columns.output
    firstInput =
      rows.position(output: 0, tap: k) * order.pitch
      + order.place(columns.position(output: outputColumns.lowerBound, tap: l))
    inputPitch = rows.stride * order.pitch
  }

  /// The place of Y[h, w] in its plane, for the first w.
  @inline(__always)
  func output(_ h: Int) -> Int {
    firstOutput + h * outputPitch
  }

  /// The place of the element of X that meets it, in its plane.
  @inline(__always)
  func input(_ h: Int) -> Int {
    firstInput + h * inputPitch
  }
}
