/// Breaks a line between words, so that no part is wider than a terminal.
///
/// - Parameters:
///   - line: The line.
///   - width: The columns that there are.
/// - Returns: Its parts, all but the first indented by two columns; a word wider than a line has a line to itself, unbroken.
public func wrapped(_ line: String, to width: Int) -> [String] {
  guard line.count > width else { return [line] }
  let indent = String(line.prefix { $0 == " " })
  let words = line.split(separator: " ").map(String.init)
  return filled(words, separator: " ", width: width, indent: indent)
}

/// Puts parts one after another on as few lines as hold them.
///
/// - Parameters:
///   - parts: What is not to be broken.
///   - separator: What comes between two of them; at the end of a line, without its spaces.
///   - width: The columns that there are.
///   - indent: What the first line begins with; the others begin with two columns more.
/// - Returns: The lines.
public func filled(_ parts: [String], separator: String, width: Int, indent: String = "") -> [String] {
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
public func firstFitting(_ texts: [String], width: Int) -> String? { texts.first { $0.count <= width } }
