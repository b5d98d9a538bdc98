/// A number with a fixed number of decimals.
///
/// - Parameters:
///   - number: The number.
///   - places: The number of decimals, at least 0.
/// - Returns: Its text.
package func decimal(_ number: Double, places: Int) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  let scale = (0..<places).reduce(1) { product, _ in product * 10 }
  let scaled = Int((abs(number) * Double(scale)).rounded())
  let fraction = String(scaled % scale)
  let sign = number < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(scaled)" }
  return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// A share in percent, with one decimal.
///
/// - Parameters:
///   - part: The part.
///   - whole: The whole.
/// - Returns: The text, without the sign.
package func percent(_ part: Int, of whole: Int) -> String {
  decimal(100 * Double(part) / Double(max(whole, 1)), places: 1)
}

/// Seconds as hours, minutes and seconds.
package func duration(_ seconds: Double) -> String {
  let whole = Int(min(max(seconds, 0), 1e9).rounded())
  let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
  let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
  guard minutes >= 60 else { return "\(minutes):\(twoDigits(rest))" }
  return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
}

/// A number with two digits and a power of ten, such as `1.2e-07`; 0 is `0`.
package func scientific(_ number: Double) -> String {
  guard number != 0, number.isFinite else { return number == 0 ? "0" : "\(number)" }
  var (mantissa, exponent) = (abs(number), 0)
  while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
  return "\(number < 0 ? "-" : "")\(decimal(mantissa, places: 1))e\(exponent < 0 ? "-" : "+")\(digits)"
}

/// A number with three significant digits, without trailing zeros: `0.05`, `0.00123`, `1e-09`.
package func significant(_ number: Double) -> String {
  guard number.isFinite, number != 0, (1e-4..<1000).contains(abs(number)) else {
    return scientific(number)
  }
  var (scaled, places) = (abs(number), 2)
  while scaled < 0.995 { (scaled, places) = (scaled * 10, places + 1) }
  while scaled >= 9.995, places > 0 { (scaled, places) = (scaled / 10, places - 1) }
  let text = decimal(number, places: places)
  guard text.contains(".") else { return text }
  let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
  return String(trimmed.reversed())
}

/// A number of floating-point operations: `1.52 GFLOP`.
package func flop(_ count: Double) -> String {
  let units = [(1e9, "GFLOP"), (1e6, "MFLOP"), (1e3, "kFLOP")]
  guard let (size, unit) = units.first(where: { count >= 0.1 * $0.0 }) else {
    return "\(decimal(count, places: 0)) FLOP"
  }
  return "\(decimal(count / size, places: 2)) \(unit)"
}
