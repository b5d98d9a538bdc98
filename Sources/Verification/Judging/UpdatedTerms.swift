import Backends

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The exact update of one element, with the magnitudes that bound the rounding errors of a backend.
struct UpdatedTerms {
  /// The value.
  let value: Term
  /// The rule's slots, in order.
  let kept: [Term]

  /// - Parameters:
  ///   - rule: The rule.
  ///   - number: The number of the update, from 1.
  ///   - isDecayed: Whether weight decay usually applies to the parameter.
  ///   - value: The value before.
  ///   - gradient: The gradient.
  ///   - kept: The slots before.
  ///   - roundoff: The rounding of the backend's arithmetic.
  init(
    by rule: UpdateRule, number: Int, isDecayed: Bool, value: Double, gradient: Double, kept: [Double],
    _ roundoff: UpdateRoundoff
  ) {
    let decays = isDecayed || rule.decaysEverything
    switch rule {
    case .gradientDescent(let rule):
      self.init(by: rule, weightDecay: decays ? rule.weightDecay : 0, Term(value), Term(gradient), kept)
    case .adamW(let rule):
      self.init(
        by: rule, weightDecay: decays ? rule.weightDecay : 0, number: number, value, gradient, kept, roundoff)
    case .custom(let rule):
      self.init(by: rule, UpdateContext(number: number, isDecayed: isDecayed), value, gradient, kept)
    }
  }

  /// Gradient descent: about ten roundings of terms that are no larger than the sum of their magnitudes.
  private init(
    by rule: GradientDescentRule, weightDecay: Double, _ w: Term, _ gradient: Term, _ kept: [Double]
  ) {
    let g = gradient + weightDecay * w
    let v = rule.momentum * Term(kept.first ?? 0) + g
    value = w + -rule.learningRate * (rule.nesterov ? g + rule.momentum * v : v)
    self.kept = kept.isEmpty ? [] : [v]
  }

  /// AdamW.
  ///
  /// With u the unit roundoff, and each factor that all elements share rounded once:
  ///
  /// - m = β₁ m + (1 − β₁) g: a rounded factor, a product and a sum, 3 u of the terms' magnitudes M together.
  /// - v = β₂ v + (1 − β₂) g²: one more product, and no term is negative, so the error is relative: 4 u of v.
  /// - The root halves that and is rounded; its correction is a rounded factor and a product; ε is rounded, and so is
  ///   the sum: 7 u of the denominator d.
  /// - The step s · m / d has the errors of both, a rounded factor, a product and a division: 13 u of s · M / d.
  /// - The value is two sums of w, of its decay with a rounded factor and a product, and of the step: 15 u of that.
  ///
  /// So 16 units of u · (|w| + |decay · w| + s · M / d) are enough. Below the smallest normal number t rounding is not
  /// relative: m and v may each be wrong by t, and so √v by √2 · t / √(v + t). The resulting error of the step is
  /// added. Where g² may overflow, v and the value are unknown.
  private init(
    by rule: AdamWRule, weightDecay: Double, number: Int, _ w: Double, _ g: Double, _ kept: [Double],
    _ roundoff: UpdateRoundoff
  ) {
    let firstCorrection = 1 - pow(rule.beta1, Double(number))
    let rootCorrection = (1 - pow(rule.beta2, Double(number))).squareRoot()
    let m = rule.beta1 * Term(kept[0]) + (1 - rule.beta1) * Term(g)
    let square = rule.beta2 * kept[1] + (1 - rule.beta2) * g * g
    let isKnown = g * g < roundoff.largest / 2 && square < roundoff.largest / 2
    let v = Term(square, magnitude: isKnown ? square : .infinity)
    let d = square.squareRoot() / rootCorrection + rule.epsilon
    let step = (rule.learningRate / firstCorrection / d) * m
    let t = roundoff.smallest
    let errorOfDenominator = 2.0.squareRoot() * t / (square + t).squareRoot() / rootCorrection
    let underflow =
      step.magnitude * errorOfDenominator / d + abs(rule.learningRate) / firstCorrection * t / d
    var value = Term(w) + -rule.learningRate * weightDecay * Term(w) + -1 * step
    value.magnitude = isKnown ? value.magnitude + underflow / roundoff.unit : .infinity
    self.value = value
    self.kept = [m, v]
  }

  /// A custom rule computes in float64 on every backend, and its results are rounded once.
  private init(
    by rule: any CustomUpdateRule, _ context: UpdateContext, _ w: Double, _ g: Double,
    _ kept: [Double]
  ) {
    var element = UpdatedElement(value: w, gradient: g, slots: (kept.first ?? 0, kept.dropFirst().first ?? 0))
    let isUntouched = w == 0 && g == 0 && element.slots == (0, 0)
    if !isUntouched { rule.update(&element, context) }
    value = Term(element.value)
    self.kept = [element.slots.0, element.slots.1].prefix(kept.count).map { Term($0) }
  }
}
