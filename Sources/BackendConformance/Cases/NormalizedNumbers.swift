import Operations
import Tensors

/// The inputs that are normalized within the bound.
enum NormalizedNumbers: CaseIterable {
  case centered, farFromZero, constant, denormal, withNaN, withInfinity, withNaNGradient, withNaNParameters
  case byRunningStatistics

  func kernelCase(_ trial: Trial, _ geometry: BatchNormalizationGeometry, isOfBatch: Bool) -> KernelCase {
    var kernelCase = trial.normals()
    kernelCase.context.isTraining = isOfBatch
    var numbers = RandomNumbers(seed: trial.seed, index: trial.index + 1000)
    kernelCase.state = [
      numbers.normal([geometry.channels]),
      numbers.normal([geometry.channels]).map { abs($0) + 0.1 }.rounded(to: .float32),
      Tensor(shape: [], elements: [41]),
    ]
    switch self {
    case .centered, .byRunningStatistics: break
    case .farFromZero:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] += 1000 * Double(1 + geometry.channel(of: element) % 3)
      }
    case .constant:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] = Double(geometry.channel(of: element) % 5 - 2)
      }
    case .denormal: kernelCase.input = kernelCase.input.map { $0 * 0x1p-140 }
    case .withNaN: kernelCase.input.elements[0] = .nan
    case .withInfinity: kernelCase.input.elements[kernelCase.input.elements.count - 1] = .infinity
    case .withNaNGradient: kernelCase.outputGradient.elements[0] = .nan
    case .withNaNParameters:
      kernelCase.parameters[0].elements[geometry.channels - 1] = .nan
      kernelCase.parameters[1].elements[0] = .nan
    }
    kernelCase.input = kernelCase.input.rounded(to: trial.precision.activationType)
    return kernelCase
  }
}
