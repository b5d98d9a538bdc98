import Backends
import Tensors

/// What a training keeps of one parameter.
struct ParameterState: Sendable {
  let values: Tensor<Double>
  /// What the rule keeps, in the order of its slots.
  let kept: [Tensor<Double>]
}

/// Says of an update whether rounding explains how it differs from exact arithmetic.
///
/// The rules have no sums over elements, so each element is judged by itself, from the value, the gradient and what was
/// kept that the backend had before the step. ``UpdatedTerms`` says what exact arithmetic makes of them, and the magnitude
/// whose product with the unit roundoff is the expected rounding; a right step is below ``Finding/bound`` of it. Elements
/// that are near the largest number are not judged.
struct UpdateReferee {
  private let rule: UpdateRule
  private let number: Int
  private let roundoff: UpdateRoundoff

  /// - Parameters:
  ///   - rule: The rule that was asked for.
  ///   - number: The number of the update, from 1.
  ///   - precision: That of the network.
  init(_ rule: UpdateRule, number: Int, precision: Precision) {
    self.rule = rule
    self.number = number
    roundoff = UpdateRoundoff(precision)
  }

  /// Judges the step of one parameter.
  ///
  /// - Parameters:
  ///   - parameter: Its name.
  ///   - layer: The layer's name.
  ///   - isDecayed: Whether weight decay usually applies to it.
  ///   - before: What the backend had before the step.
  ///   - gradient: The gradient that it had computed.
  ///   - after: What it has afterwards.
  /// - Returns: What was found of what the rule keeps, and of the values.
  func judge(
    _ parameter: String, of layer: String, isDecayed: Bool, from before: ParameterState,
    gradient: Tensor<Double>, to after: ParameterState
  ) -> [Finding] {
    let count = before.values.elements.count
    var kept = Array(repeating: Expectation(count), count: before.kept.count)
    var values = Expectation(count)
    for element in 0..<count {
      let terms = UpdatedTerms(
        by: rule, number: number, isDecayed: isDecayed, value: before.values.elements[element],
        gradient: gradient.elements[element], kept: before.kept.map { $0.elements[element] }, roundoff)
      for slot in kept.indices { kept[slot].set(element, terms.kept[slot]) }
      values.set(element, terms.value)
    }
    let names = rule.slots.map { TensorName.kept($0, parameter) } + [TensorName.parameter(parameter)]
    return zip(names, zip(after.kept + [after.values], kept + [values])).map { name, tensors in
      finding(name, layer, tensors.0, tensors.1)
    }
  }

  private func finding(
    _ name: String, _ layer: String, _ actual: Tensor<Double>, _ expected: Expectation
  ) -> Finding {
    func unit(_ element: Int) -> Double { roundoff.unit(expected.magnitudes[element]) }
    let difference = Difference(
      actual, from: Tensor(shape: actual.shape, elements: expected.values), unit: unit)
    return Finding(
      name: name, layers: [layer], shape: actual.shape, difference: difference,
      expectedRounding: unit(difference.worstElement))
  }
}

/// The rounding of the type that parameters are updated in.
struct UpdateRoundoff {
  /// Half the distance from 1 to the next number.
  let unit: Double
  /// The largest number.
  let largest: Double
  /// The smallest number that has all its digits; smaller ones may be taken for 0.
  let smallest: Double

  init(_ precision: Precision) {
    let isDouble = precision.parameterType == .float64
    unit = (isDouble ? Precision.float64 : .float32).unitRoundoff
    largest = isDouble ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    smallest = isDouble ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
  }

  /// The expected rounding of a sum with terms of some magnitude together; infinite where it may overflow.
  func unit(_ magnitude: Double) -> Double {
    magnitude < largest / 2 ? max(magnitude * unit, smallest) : .infinity
  }
}

/// What each element of a tensor should be.
private struct Expectation {
  var values: [Double]
  var magnitudes: [Double]

  init(_ count: Int) {
    values = Array(repeating: 0, count: count)
    magnitudes = values
  }

  mutating func set(_ element: Int, _ term: Term) {
    values[element] = term.value
    magnitudes[element] = term.magnitude
  }
}
