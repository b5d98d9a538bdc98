import Backends
import Operations
import Tensors

/// Batch normalization (the book's equations 8.5.1 and 8.5.2; Ioffe and Szegedy 2015).
///
/// For each channel c, with m = N·H·W the number of its values, and sums over n, h and w:
///
///     μ      = 1/m · Σ X[n,c,h,w]
///     σ²     = 1/m · Σ (X[n,c,h,w] − μ)²
///     X̂      = (X − μ) / √(σ² + ε)
///     Y      = γ · X̂ + β
///
///     ∂β     = Σ ∂Y[n,c,h,w]
///     ∂γ     = Σ ∂Y[n,c,h,w] · X̂[n,c,h,w]
///     ∂X     = γ / √(σ² + ε) · (∂Y − ∂β/m − X̂ · ∂γ/m)
///
/// A training pass also updates the running statistics, the variance with the unbiased one:
///
///     running mean     ← (1 − momentum) · running mean + momentum · μ
///     running variance ← (1 − momentum) · running variance + momentum · σ² · m / (m − 1)
///
/// In any other pass μ and σ² are the running ones; they do not depend on X, and so ∂X = γ / √(σ² + ε) · ∂Y.
///
/// The sums are taken in Double.
struct BatchNormalization: Equations {
  let requirements: KernelRequirements
  private let geometry: BatchNormalizationGeometry

  init(_ geometry: BatchNormalizationGeometry, request: KernelRequest) {
    requirements = KernelRequirements(
      output: request.input, parameters: Layout.plainParameters(of: request),
      readsInputInBackward: request.isTraining,
      savedByteCount: request.isTraining ? geometry.channels * MemoryLayout<Statistics>.stride : 0,
      implementation: "loops")
    self.geometry = geometry
  }

  /// The statistics that a forward pass keeps of a channel.
  private struct Statistics {
    /// μ.
    var mean: Double
    /// 1 / √(σ² + ε).
    var scale: Double
    /// Whether they are the batch's.
    var areOfBatch: Bool
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let gamma = memory.weight, let beta = memory.bias, memory.state.count == 3 else { return }
    let runningMean = memory.state[0].assumingMemoryBound(to: Scalar.self)
    let runningVariance = memory.state[1].assumingMemoryBound(to: Scalar.self)
    let batches = memory.state[2].assumingMemoryBound(to: Int64.self)
    let saved = requirements.savedByteCount > 0 ? memory.saved.assumingMemoryBound(to: Statistics.self) : nil
    loops.addRuns(over: geometry.channels) { channels, pass in
      for c in channels {
        var mean = Double(runningMean[c])
        var variance = Double(runningVariance[c])
        if pass.isTraining {
          let m = Double(geometry.valuesPerChannel)
          mean = sum(c) { Double(memory.input[$0]) } / m
          variance = sum(c) { (Double(memory.input[$0]) - mean) * (Double(memory.input[$0]) - mean) } / m
          let (old, new) = (1 - geometry.momentum, geometry.momentum)
          runningMean[c] = Scalar(old * Double(runningMean[c]) + new * mean)
          runningVariance[c] = Scalar(old * Double(runningVariance[c]) + new * variance * m / (m - 1))
          if c == 0 { batches[0] += 1 }
        }
        let scale = 1 / (variance + geometry.epsilon).squareRoot()
        for i in elements(c) {
          memory.output[i] = Scalar(
            Double(gamma[c]) * (Double(memory.input[i]) - mean) * scale + Double(beta[c]))
        }
        saved?[c] = Statistics(mean: mean, scale: scale, areOfBatch: pass.isTraining)
      }
    }
  }

  /// ∂β and ∂γ.
  func parameterGradients<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dGamma = memory.weightGradient, let dBeta = memory.biasGradient, let dY = memory.outputGradient
    else { return }
    let saved = memory.saved.assumingMemoryBound(to: Statistics.self)
    loops.add(over: geometry.channels) { c in
      dBeta[c] = Scalar(sum(c) { Double(dY[$0]) })
      dGamma[c] = Scalar(sum(c) { Double(dY[$0]) * normalized(memory.input[$0], saved[c]) })
    }
  }

  /// ∂X.
  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let gamma = memory.weight, let dX = memory.inputGradient, let dY = memory.outputGradient else {
      return
    }
    let saved = memory.saved.assumingMemoryBound(to: Statistics.self)
    let m = Double(geometry.valuesPerChannel)
    loops.add(over: geometry.channels) { c in
      let statistics = saved[c]
      var (meanGradient, meanProduct) = (0.0, 0.0)
      if statistics.areOfBatch {
        meanGradient = sum(c) { Double(dY[$0]) } / m
        meanProduct = sum(c) { Double(dY[$0]) * normalized(memory.input[$0], statistics) } / m
      }
      for i in elements(c) {
        let own = Double(dY[i]) - meanGradient - normalized(memory.input[i], statistics) * meanProduct
        dX[i] = Scalar(Double(gamma[c]) * statistics.scale * own)
      }
    }
  }

  /// X̂.
  @inline(__always)
  private func normalized<Scalar: LoopScalar>(_ x: Scalar, _ statistics: Statistics) -> Double {
    (Double(x) - statistics.mean) * statistics.scale
  }

  /// The indices of a channel's elements, in the order n, h, w.
  @inline(__always)
  private func elements(_ c: Int) -> some Sequence<Int> {
    let area = geometry.plane.area
    return (0..<geometry.valuesPerChannel).lazy.map { value in
      (value / area * geometry.channels + c) * area + value % area
    }
  }

  /// The sum of a term over a channel's elements.
  @inline(__always)
  private func sum(_ c: Int, _ term: (_ index: Int) -> Double) -> Double {
    elements(c).reduce(0) { $0 + term($1) }
  }
}
