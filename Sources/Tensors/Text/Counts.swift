/// A number with commas between its thousands.
package func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number with its noun: `1 epoch`, `2 epochs`, `3 classes`.
///
/// - Parameters:
///   - number: The number.
///   - noun: The noun in the singular, whose plural ends in s; in es, if the noun itself ends in s.
/// - Returns: Both, with commas between thousands.
package func counted(_ number: Int, _ noun: String) -> String {
  let ending = noun.hasSuffix("s") ? "es" : "s"
  return "\(grouped(number)) \(noun)\(number == 1 ? "" : ending)"
}
