extension String {
  /// The text in quotation marks for a message, shortened and always on one line.
  package var quoted: String { "'\(onOneLine(atMost: 80))'" }

  /// The text with its control characters escaped and its end cut off.
  ///
  /// The limit counts Unicode scalars, because a single character can be arbitrarily long.
  package func onOneLine(atMost limit: Int) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let breaksLines = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let separatesLines = scalar.value == 0x2028 || scalar.value == 0x2029
      line += breaksLines || separatesLines ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return unicodeScalars.dropFirst(limit).isEmpty ? line : line + "…"
  }
}
