import Backends

/// The rounding of the type that parameters are updated in.
struct UpdateRoundoff {
  /// Half the distance from 1 to the next number.
  let unit: Double
  /// The largest number.
  let largest: Double
  /// The smallest normal number; smaller ones may be flushed to 0.
  let smallest: Double

  init(_ precision: Precision) {
    let isDouble = precision.parameterType == .float64
    unit = (isDouble ? Precision.float64 : .float32).unitRoundoff
    largest = isDouble ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    smallest = isDouble ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
  }

  /// The expected rounding of a sum with terms of some total magnitude; infinite if it may overflow.
  func unit(_ magnitude: Double) -> Double {
    magnitude < largest / 2 ? max(magnitude * unit, smallest) : .infinity
  }
}
