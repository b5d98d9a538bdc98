#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Colours on a terminal; none where the output goes elsewhere, or where NO_COLOR is set (https://no-color.org).
enum Colour {
  static let isOn =
    Terminal.standardOutput.isInteractive
    && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

  static func green(_ text: String) -> String { coloured(text, 32) }

  static func red(_ text: String) -> String { coloured(text, 31) }

  private static func coloured(_ text: String, _ code: Int) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
