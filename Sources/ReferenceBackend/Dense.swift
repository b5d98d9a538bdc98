import Backends
import Operations
import Tensors

/// The fully connected layer (the book's section 4.1, its equation 4.1.5 for a batch).
///
/// With n the row, i the input feature, o the output feature, and ∂ the gradient of the loss:
///
///     Y[n,o]   = b[o] + Σ_i  X[n,i] · W[o,i]
///     ∂X[n,i]  = Σ_o  ∂Y[n,o] · W[o,i]
///     ∂W[o,i]  = Σ_n  ∂Y[n,o] · X[n,i]
///     ∂b[o]    = Σ_n  ∂Y[n,o]
struct Dense: Equations {
  let requirements: KernelRequirements
  private let geometry: DenseGeometry

  init(_ geometry: DenseGeometry, request: KernelRequest) {
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, request.precision.activationType),
      parameters: Layout.plainParameters(of: request), readsInputInBackward: request.isTraining,
      implementation: "loops")
    self.geometry = geometry
  }

  /// Y, one element at a time.
  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight else { return }
    let features = geometry.inputFeatures
    loops.add(over: geometry.batch * geometry.outputFeatures) { element in
      let (n, o) = element.quotientAndRemainder(dividingBy: geometry.outputFeatures)
      var sum = ProductSum<Scalar>()
      sum.add(memory.input + n * features, weight + o * features, count: features)
      memory.output[element] = (memory.bias?[o] ?? 0) + sum.value
    }
  }

  /// ∂X, one row at a time.
  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let weight = memory.weight, let dX = memory.inputGradient, let dY = memory.outputGradient else {
      return
    }
    let features = geometry.inputFeatures
    loops.add(over: geometry.batch) { n in
      let dx = dX + n * features
      dx.update(repeating: 0, count: features)
      for o in 0..<geometry.outputFeatures {
        addProduct(
          dY[n * geometry.outputFeatures + o], weight + o * features, to: dx, count: features)
      }
    }
  }

  /// ∂W, one row at a time, and ∂b.
  func parameterGradients<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dW = memory.weightGradient, let dY = memory.outputGradient else { return }
    let features = geometry.inputFeatures
    loops.add(over: geometry.outputFeatures) { o in
      let dw = dW + o * features
      dw.update(repeating: 0, count: features)
      var biasSum: Scalar = 0
      for n in 0..<geometry.batch {
        let dy = dY[n * geometry.outputFeatures + o]
        addProduct(dy, memory.input + n * features, to: dw, count: features)
        biasSum += dy
      }
      memory.biasGradient?[o] = biasSum
    }
  }
}
