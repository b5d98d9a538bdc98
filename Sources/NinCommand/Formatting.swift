import ArgumentParser

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A number with commas between its thousands.
func grouped(_ number: Int) -> String {
  var digits = String(abs(number))
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number with some places after the point.
func decimal(_ number: Double, places: Int) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  let scale = (0..<places).reduce(1) { product, _ in product * 10 }
  let scaled = Int((abs(number) * Double(scale)).rounded())
  let fraction = String(scaled % scale)
  let sign = number < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(scaled)" }
  return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// A share in percent, with one place after the point.
func percent(_ part: Int, of whole: Int) -> String {
  decimal(100 * Double(part) / Double(max(whole, 1)), places: 1)
}

/// Seconds as hours, minutes and seconds.
func duration(_ seconds: Double) -> String {
  let whole = Int(min(max(seconds, 0), 1e9).rounded())
  let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
  let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
  guard minutes >= 60 else { return "\(minutes):\(twoDigits(rest))" }
  return "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
}

/// A value as JSON for people and programs; numbers that JSON has not are strings.
func prettyJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Refuses options whose numbers are less than 1.
func requirePositive(_ options: [(name: String, value: Int?)]) throws {
  for (name, value) in options {
    if let value, value < 1 { throw ValidationError("\(name) is \(value); it must be at least 1") }
  }
}
