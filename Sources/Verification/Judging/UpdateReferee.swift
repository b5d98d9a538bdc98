import Backends
import Tensors

/// A parameter's values and slots.
struct ParameterState: Sendable {
  let values: Tensor<Double>
  /// The rule's slots, in order.
  let kept: [Tensor<Double>]
}

/// Decides whether the differences of an update from exact arithmetic are within rounding error.
///
/// The rules have no sums over elements, so each element is judged separately, from the backend's value, gradient and
/// slots before the step. ``UpdatedTerms`` has the results of exact arithmetic, and the magnitude whose product with
/// the unit roundoff is the expected rounding; the error of a correct step is below ``Finding/bound`` times that.
/// Elements near the largest number are not judged.
struct UpdateReferee {
  private let rule: UpdateRule
  private let number: Int
  private let roundoff: UpdateRoundoff

  /// - Parameters:
  ///   - rule: The requested rule.
  ///   - number: The number of the update, from 1.
  ///   - precision: The network's precision.
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
  ///   - before: The backend's values before the step.
  ///   - gradient: The backend's gradient.
  ///   - after: The backend's values after the step.
  /// - Returns: The findings for the slots and the values.
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
    let names = rule.slots.map { TensorName.slot($0, of: parameter) } + [TensorName.parameter(parameter)]
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

/// The expected elements of a tensor.
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
