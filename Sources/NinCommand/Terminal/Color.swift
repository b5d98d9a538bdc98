#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Colors, if the output is a terminal and NO_COLOR (https://no-color.org) is not set.
enum Color {
  static let isOn =
    Terminal.standardOutput.isInteractive
    && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

  static func green(_ text: String) -> String { colored(text, 32) }

  static func red(_ text: String) -> String { colored(text, 31) }

  private static func colored(_ text: String, _ code: Int) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
