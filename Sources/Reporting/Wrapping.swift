/// Breaks a line between words, so that no part is wider than a terminal.
///
/// - Parameters:
///   - line: The line.
///   - width: The number of columns.
/// - Returns: Its parts, all except the first indented by two columns; a word wider than a line gets its own line.
package func wrapped(_ line: String, to width: Int) -> [String] {
  guard line.count > width else { return [line] }
  let indent = String(line.prefix { $0 == " " })
  let words = line.split(separator: " ").map(String.init)
  return filled(words, separator: " ", width: width, indent: indent)
}

/// Fills as few lines as possible with parts.
///
/// - Parameters:
///   - parts: The parts, which are not broken.
///   - separator: The separator; at the end of a line, without its spaces.
///   - width: The number of columns.
///   - indent: The indentation of the first line; the others have two columns more.
/// - Returns: The lines.
package func filled(_ parts: [String], separator: String, width: Int, indent: String = "") -> [String] {
  guard let first = parts.first else { return [] }
  let end = String(separator.reversed().drop { $0 == " " }.reversed())
  var lines = [indent + first]
  for part in parts.dropFirst() {
    let last = lines[lines.count - 1]
    if last.count + separator.count + part.count + end.count <= width {
      lines[lines.count - 1] = last + separator + part
    } else {
      lines[lines.count - 1] = last + end
      lines.append(indent + "  " + part)
    }
  }
  return lines
}

/// The first of some texts that fits into a width; nil if none does.
package func firstFitting(_ texts: [String], width: Int) -> String? { texts.first { $0.count <= width } }
