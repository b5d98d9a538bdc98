import Backends
import Tensors

extension Precision {
  /// The unit roundoff: half the distance from 1 to the next number.
  public var unitRoundoff: Double {
    switch self {
    case .float64: 0x1p-53
    case .float32: 0x1p-24
    case .bfloat16: 0x1p-8
    }
  }

  /// The nearest number that activations can represent.
  func rounded(_ number: Double) -> Double {
    switch self {
    case .float64: number
    case .float32: Double(Float(number))
    case .bfloat16: Double(Float(bfloat16Bits: Float(number).bfloat16Bits))
    }
  }
}

extension Tensor<Double> {
  /// The numbers rounded to a precision.
  func rounded(to precision: Precision) -> Tensor<Double> {
    switch precision {
    case .float64: self
    case .float32: map { Double(Float($0)) }
    case .bfloat16: map { Double(Float(bfloat16Bits: Float($0).bfloat16Bits)) }
    }
  }
}
