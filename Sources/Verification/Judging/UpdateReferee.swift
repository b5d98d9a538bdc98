import Backends
import Tensors

/// What a training keeps of one parameter.
struct ParameterState: Sendable {
  let values: Tensor<Double>
  /// The velocity of momentum, if the rule has any.
  let velocity: Tensor<Double>?
}

/// Says of a step of stochastic gradient descent whether rounding explains how it differs from exact arithmetic.
///
/// The rule (`GradientDescentStep`) has no sums over elements, so each element is judged by itself, from the values,
/// velocity and gradient that the backend had before the step. Its expected rounding is the unit roundoff times the
/// sum of the magnitudes of all terms in it; a right step makes at most some ten roundings of terms no larger,
/// which is below ``Finding/bound``. Elements that are near the largest number are not judged.
struct UpdateReferee {
  private let rule: GradientDescentRule
  private let unitRoundoff: Double
  private let largest: Double
  private let smallest: Double

  /// - Parameters:
  ///   - rule: The rule that was asked for.
  ///   - precision: That of the network.
  init(_ rule: GradientDescentRule, precision: Precision) {
    self.rule = rule
    let isDouble = precision.parameterType == .float64
    unitRoundoff = (isDouble ? Precision.float64 : .float32).unitRoundoff
    largest = isDouble ? Double.greatestFiniteMagnitude : Double(Float.greatestFiniteMagnitude)
    smallest = isDouble ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
  }

  /// Judges the step of one parameter.
  ///
  /// - Parameters:
  ///   - parameter: Its name.
  ///   - layer: The layer's name.
  ///   - before: What the backend had before the step.
  ///   - gradient: The gradient that it had computed.
  ///   - after: What it has afterwards.
  /// - Returns: What was found of the velocity, if there is one, and of the values.
  func judge(
    _ parameter: String, of layer: String, from before: ParameterState, gradient: Tensor<Double>,
    to after: ParameterState
  ) -> [Finding] {
    let count = before.values.elements.count
    var velocities = Expectation(count)
    var values = Expectation(count)
    for element in 0..<count {
      let w = Term(before.values.elements[element])
      let g = Term(gradient.elements[element]) + rule.weightDecay * w
      let v = rule.momentum * Term(before.velocity?.elements[element] ?? 0) + g
      velocities.set(element, v)
      values.set(element, w + -rule.learningRate * (rule.nesterov ? g + rule.momentum * v : v))
    }
    let velocity = after.velocity.map {
      finding(TensorName.velocity(parameter), layer, $0, velocities)
    }
    return [velocity, finding(TensorName.parameter(parameter), layer, after.values, values)].compactMap(
      \.self)
  }

  private func finding(
    _ name: String, _ layer: String, _ actual: Tensor<Double>, _ expected: Expectation
  ) -> Finding {
    func unit(_ element: Int) -> Double {
      let magnitude = expected.magnitudes[element]
      return magnitude < largest / 2 ? max(magnitude * unitRoundoff, smallest) : .infinity
    }
    let difference = Difference(
      actual, from: Tensor(shape: actual.shape, elements: expected.values), unit: unit)
    return Finding(
      name: name, layers: [layer], shape: actual.shape, difference: difference,
      expectedRounding: unit(difference.worstElement))
  }
}

/// A sum, and that of its terms' magnitudes.
private struct Term {
  var value: Double
  var magnitude: Double

  init(_ value: Double) {
    self.value = value
    magnitude = abs(value)
  }

  static func + (left: Term, right: Term) -> Term {
    var sum = left
    sum.value += right.value
    sum.magnitude += right.magnitude
    return sum
  }

  static func * (factor: Double, term: Term) -> Term {
    var product = term
    product.value *= factor
    product.magnitude *= abs(factor)
    return product
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
