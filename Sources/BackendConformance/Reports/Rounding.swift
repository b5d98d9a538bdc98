import Tensors

extension Tensor<Double> {
  /// The nearest numbers that an element type has; ties to even.
  func rounded(to type: ElementType) -> Tensor<Double> {
    switch type {
    case .bfloat16: map { Self.nearestBFloat16($0) }
    case .float32: map { Double(Float($0)) }
    default: self
    }
  }

  /// Rounds once, through Float with the lost bits kept as a sticky bit, so that no false tie arises.
  private static func nearestBFloat16(_ number: Double) -> Double {
    var float = Float(number)
    let error = number - Double(float)
    // A float that is a tie between two bfloat16 only because of rounding is moved off the tie.
    if error != 0, error.isFinite, float.bitPattern & 0xFFFF == 0x8000 {
      float = (error > 0) ? float.nextUp : float.nextDown
    }
    return Double(Float(bfloat16Bits: float.bfloat16Bits))
  }
}

extension ElementType {
  /// Half the distance from 1 to the next number.
  var unitRoundoff: Double {
    switch self {
    case .bfloat16: 0x1p-8
    case .float16: 0x1p-11
    case .float64: 0x1p-53
    default: 0x1p-24
    }
  }
}
