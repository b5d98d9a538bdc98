import Backends
import Operations
import Tensors

/// The allowed error of a batch normalization computed in float32 or better.
///
/// Let u = 2⁻²⁴, m the number of values of a channel, L = 2 + 4·√m as in ``ErrorBound``, s = 1 / √(σ² + ε), and A the
/// mean of the |x| of the channel, or the magnitude of the running mean where that is taken. Then
///
/// - the **mean** is a sum of m terms, and off by up to L·u·A;
/// - the **variance** is a sum of squared differences from the mean. An error δ of the mean adds δ² to it and nothing
///   of first order, so it is off by up to 2·L·u·σ² + (L·u·A)². The mean of the squares minus the square of the mean,
///   which is off by u·A², does not pass;
/// - x̂ = (x − μ)·s is off by up to 2·L·u·X with X = s·(|x| + A), as long as L·u·A·s is small;
/// - the **output** γ·x̂ + β by L·u·(2·|γ|·X + |β|);
/// - **∂β** = Σ ∂y by L·u·Σ|∂y|, and **∂γ** = Σ ∂y·x̂ by L·u·G with G = Σ |∂y|·2·X;
/// - **∂x** = γ·s·(∂y − ∂β/m − x̂·∂γ/m) by L·u·2·|γ|·s·(|∂y| + Σ|∂y|/m + X·G/m), where only the first term exists for
///   given statistics.
///
/// Values stored in bfloat16 are rounded once more. A denormal may be off by the smallest normal number, 2⁻¹²⁶, so
/// magnitudes below that are replaced by it.
struct NormalizationBound {
  private struct Channel {
    var deviationInverse = 0.0
    var meanMagnitude = 0.0
    var variance = 0.0
    /// Σ|∂y| and G.
    var gradients = 0.0
    var products = 0.0
  }

  private let kernelCase: KernelCase
  private let geometry: BatchNormalizationGeometry
  private let unit: Double
  private var channels: [Channel] = []

  private static func normal(_ magnitude: Double) -> Double {
    max(magnitude, Double(Float.leastNormalMagnitude))
  }

  init(_ kernelCase: KernelCase, _ geometry: BatchNormalizationGeometry) {
    self.kernelCase = kernelCase
    self.geometry = geometry
    let count = Double(geometry.valuesPerChannel)
    unit = (2 + 4 * count.squareRoot()) * ElementType.float32.unitRoundoff
    for c in 0..<geometry.channels {
      let positions = geometry.positions(ofChannel: c)
      let values = positions.map { kernelCase.input.elements[$0] }
      let mean = values.reduce(0, +) / count
      var channel = Channel()
      channel.variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      channel.meanMagnitude = Self.normal(values.reduce(0) { $0 + abs($1) } / count)
      var variance = channel.variance
      if !kernelCase.context.isTraining {
        channel.meanMagnitude = Self.normal(abs(kernelCase.state[0].elements[c]))
        variance = kernelCase.state[1].elements[c]
      }
      channel.deviationInverse = 1 / (variance + geometry.epsilon).squareRoot()
      for (position, x) in zip(positions, values) {
        let gradient = abs(kernelCase.outputGradient.elements[position])
        channel.gradients += gradient
        channel.products +=
          gradient * 2 * channel.deviationInverse * (Self.normal(abs(x)) + channel.meanMagnitude)
      }
      channels.append(channel)
    }
  }

  func allowed(
    _ role: ComputedTensor.Role, element: Int, _ right: Double, storedAs type: ElementType
  ) -> Double {
    let isOfChannel = role == .weightGradient || role == .biasGradient
    let c = isOfChannel ? element : geometry.channel(of: element)
    let channel = channels[c]
    let count = Double(geometry.valuesPerChannel)
    let (gamma, beta) = (abs(kernelCase.parameters[0].elements[c]), abs(kernelCase.parameters[1].elements[c]))
    func magnitude() -> Double {
      channel.deviationInverse
        * (Self.normal(abs(kernelCase.input.elements[element])) + channel.meanMagnitude)
    }
    let terms: Double
    switch role {
    case .output: terms = 2 * gamma * magnitude() + beta
    case .weightGradient: terms = channel.products
    case .biasGradient: terms = channel.gradients
    case .inputGradient:
      let means = channel.gradients / count + magnitude() * channel.products / count
      let gradient = abs(kernelCase.outputGradient.elements[element])
      terms = 2 * gamma * channel.deviationInverse * (gradient + (kernelCase.context.isTraining ? means : 0))
    }
    let stored = type == .float32 ? 0 : type.unitRoundoff
    return unit * terms + stored * (abs(right) + unit * terms)
  }

  /// The allowed error of the running mean and the running variance.
  func allowed(state index: Int, channel c: Int) -> Double {
    let channel = channels[c]
    let count = Double(geometry.valuesPerChannel)
    let kept = (1 - geometry.momentum) * abs(kernelCase.state[index].elements[c])
    guard kernelCase.context.isTraining else { return 0 }
    guard index == 1 else { return unit * (kept + geometry.momentum * channel.meanMagnitude) }
    let taken = geometry.momentum * count / (count - 1)
    let ofMean = unit * channel.meanMagnitude
    return unit * (kept + taken * 2 * Self.normal(channel.variance)) + taken * ofMean * ofMean
  }
}
