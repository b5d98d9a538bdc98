import Reporting

/// A number with two digits and a power of ten, as `1.2e-07`; 0 as it is.
func scientific(_ number: Double) -> String {
  guard number != 0, number.isFinite else { return number == 0 ? "0" : "\(number)" }
  var (mantissa, exponent) = (abs(number), 0)
  while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
  return "\(number < 0 ? "-" : "")\(decimal(mantissa, places: 1))e\(exponent < 0 ? "-" : "+")\(digits)"
}
