/// A sum, and the sum of its terms' magnitudes.
struct Term {
  var value: Double
  var magnitude: Double

  init(_ value: Double) {
    self.init(value, magnitude: abs(value))
  }

  init(_ value: Double, magnitude: Double) {
    self.value = value
    self.magnitude = magnitude
  }

  static func + (left: Term, right: Term) -> Term {
    Term(left.value + right.value, magnitude: left.magnitude + right.magnitude)
  }

  static func * (factor: Double, term: Term) -> Term {
    Term(factor * term.value, magnitude: abs(factor) * term.magnitude)
  }
}
