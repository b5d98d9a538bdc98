/// Text in XML and HTML.
package enum Markup {
  /// Text escaped for XML and HTML, between tags and in attributes.
  ///
  /// Names of classes and folders may contain anything. Control characters, which XML does not allow, become U+FFFD.
  ///
  /// - Parameter text: The text.
  /// - Returns: The text with `&`, `<`, `>` and quotation marks as entities.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
