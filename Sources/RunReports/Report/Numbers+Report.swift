import Reporting

/// A probability or another share in percent, with a non-breaking space before the sign; a dash for nil.
func percentText(_ share: Double?, places: Int = 1) -> String {
  guard let share else { return "–" }
  return share.isFinite ? "\(decimal(100 * share, places: places))\u{A0}%" : "not a number"
}

/// A number with three decimals; a dash for nil.
func threePlaces(_ number: Double?) -> String {
  guard let number else { return "–" }
  return number.isFinite ? decimal(number, places: 3) : "not a number"
}
