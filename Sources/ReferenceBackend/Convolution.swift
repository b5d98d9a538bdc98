import Backends
import Operations
import Tensors

/// Convolution, which as everywhere in deep learning is a cross-correlation (the book's equation 7.2.1, with
/// channels as in 7.4, and stride and padding as in 7.3).
///
/// With n the image, o and c the output's and the input's channel (c runs over the channels of o's group), (h, w)
/// a pixel of the output, (i, j) one of the input and (k, l) a tap of the kernel, where
///
///     i = stride · h − padding + dilation · k,    j = stride · w − padding + dilation · l
///
/// and terms whose (i, j) is outside the input are omitted:
///
///     Y[n,o,h,w]   = b[o] + Σ_c Σ_k Σ_l  W[o,c,k,l] · X[n,c,i,j]
///     ∂X[n,c,i,j]  = Σ_o Σ_k Σ_l  W[o,c,k,l] · ∂Y[n,o,h,w]
///     ∂W[o,c,k,l]  = Σ_n Σ_h Σ_w  ∂Y[n,o,h,w] · X[n,c,i,j]
///     ∂b[o]        = Σ_n Σ_h Σ_w  ∂Y[n,o,h,w]
///
/// Here ∂ stands for the gradient of the loss. With a fused ReLU the output is max(Y, 0), and ∂Y is first set to
/// 0 wherever the output is not above 0.
struct Convolution: Equations {
  let requirements: KernelRequirements
  private let geometry: ConvolutionGeometry
  private let activation: Activation?
  private let rows: WindowAxis
  private let columns: WindowAxis
  /// The outputs for which the taps k and l meet the input.
  private let rowRuns: [WindowAxis.Run]
  private let columnRuns: [WindowAxis.Run]

  init(_ geometry: ConvolutionGeometry, activation: Activation?, request: KernelRequest) {
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, request.precision.activationType),
      parameters: Layout.plainParameters(of: request),
      readsInputInBackward: request.isTraining,
      readsOutputInBackward: request.isTraining && activation != nil,
      algorithm: .direct, implementation: "loops")
    self.geometry = geometry
    self.activation = activation
    rows = geometry.rows
    columns = geometry.columns
    rowRuns = rows.runs
    columnRuns = columns.runs
  }

  // Y[n,o,h,w] = b[o] + Σ_c Σ_k Σ_l W[o,c,k,l] · X[n,c,i,j]
  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight else { return }
    loops.add(over: geometry.batch * geometry.outputChannels) { plane in
      let (n, o) = plane.quotientAndRemainder(dividingBy: geometry.outputChannels)
      let y = memory.output + plane * geometry.output.area
      y.update(repeating: memory.bias?[o] ?? 0, count: geometry.output.area)
      for c in 0..<geometry.inputChannelsPerGroup {
        let x = memory.input + inputPlane(n, o, c)
        for k in 0..<rows.taps {
          for l in 0..<columns.taps {
            addProduct(
              weight[weightIndex(o, c, k, l)], input(x, k, l), to: output(y), rows: rowRuns[k].outputs,
              columns: columnRuns[l].outputs)
          }
        }
      }
      if activation == .relu { rectify(y, from: y, count: geometry.output.area) }
    }
  }

  /// ∂Y ← 0 where the output of the fused ReLU is not above 0.
  func activationGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard activation == .relu, let dY = memory.outputGradient else { return }
    loops.add(over: geometry.batch * geometry.outputChannels) { plane in
      let start = plane * geometry.output.area
      rectifyGradient(dY + start, of: memory.output + start, from: dY + start, count: geometry.output.area)
    }
  }

  // ∂X[n,c,i,j] = Σ_o Σ_k Σ_l W[o,c,k,l] · ∂Y[n,o,h,w]
  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight, let dX = memory.inputGradient, let dY = memory.outputGradient else {
      return
    }
    loops.add(over: geometry.batch * geometry.inputChannels) { plane in
      let (n, channel) = plane.quotientAndRemainder(dividingBy: geometry.inputChannels)
      let (group, c) = channel.quotientAndRemainder(dividingBy: geometry.inputChannelsPerGroup)
      let dx = dX + plane * geometry.input.area
      dx.update(repeating: 0, count: geometry.input.area)
      let firstOutput = group * geometry.outputChannelsPerGroup
      for o in firstOutput..<firstOutput + geometry.outputChannelsPerGroup {
        let dy = dY + outputPlane(n, o)
        for k in 0..<rows.taps {
          for l in 0..<columns.taps {
            addProduct(
              weight[weightIndex(o, c, k, l)], output(dy), to: input(dx, k, l), rows: rowRuns[k].outputs,
              columns: columnRuns[l].outputs)
          }
        }
      }
    }
  }

  // ∂W[o,c,k,l] = Σ_n Σ_h Σ_w ∂Y[n,o,h,w] · X[n,c,i,j], and ∂b[o] = Σ_n Σ_h Σ_w ∂Y[n,o,h,w]
  func parameterGradients<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dW = memory.weightGradient, let dY = memory.outputGradient else { return }
    loops.add(over: geometry.outputChannels * geometry.inputChannelsPerGroup) { kernel in
      let (o, c) = kernel.quotientAndRemainder(dividingBy: geometry.inputChannelsPerGroup)
      for k in 0..<rows.taps {
        for l in 0..<columns.taps {
          var sum = ProductSum<Scalar>()
          for n in 0..<geometry.batch {
            let x = memory.input + inputPlane(n, o, c)
            let dy = dY + outputPlane(n, o)
            sum.add(
              output(dy), input(x, k, l), rows: rowRuns[k].outputs, columns: columnRuns[l].outputs)
          }
          dW[weightIndex(o, c, k, l)] = sum.value
        }
      }
    }
    guard let db = memory.biasGradient else { return }
    loops.add(over: geometry.outputChannels) { o in
      db[o] = 0
      for n in 0..<geometry.batch {
        db[o] += sum(dY + outputPlane(n, o), count: geometry.output.area)
      }
    }
  }

  /// A plane of the output, by (h, w).
  private func output<Scalar>(_ plane: UnsafeMutablePointer<Scalar>) -> StridedPlane<Scalar> {
    StridedPlane(start: plane, row: columns.output, column: 1)
  }

  /// The elements of an input plane that the tap (k, l) meets, indexed by the output's (h, w).
  private func input<Scalar>(_ plane: UnsafeMutablePointer<Scalar>, _ k: Int, _ l: Int) -> StridedPlane<
    Scalar
  > {
    StridedPlane(
      start: plane + rowRuns[k].start * columns.input + columnRuns[l].start,
      row: rows.stride * columns.input, column: columns.stride)
  }

  /// The index of X[n,c,0,0], for channel c of the group of output channel o.
  private func inputPlane(_ n: Int, _ o: Int, _ c: Int) -> Int {
    let channel = o / geometry.outputChannelsPerGroup * geometry.inputChannelsPerGroup + c
    return (n * geometry.inputChannels + channel) * geometry.input.area
  }

  /// The index of Y[n,o,0,0].
  private func outputPlane(_ n: Int, _ o: Int) -> Int {
    (n * geometry.outputChannels + o) * geometry.output.area
  }

  /// The index of W[o,c,k,l].
  private func weightIndex(_ o: Int, _ c: Int, _ k: Int, _ l: Int) -> Int {
    ((o * geometry.inputChannelsPerGroup + c) * rows.taps + k) * columns.taps + l
  }
}
