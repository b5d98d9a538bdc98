import Synchronization

/// Lines at the end of a terminal's text that are rewritten in place.
///
/// Anything else that is printed removes them first, with ``clearShown()``.
final class LiveText: Sendable {
  /// What is on the screen, if anything.
  private static let shown = Mutex<LiveText?>(nil)

  private let terminal: Terminal
  private let lines = Mutex<[String]>([])

  init(_ terminal: Terminal) {
    self.terminal = terminal
  }

  /// Shows lines in place of the last ones.
  ///
  /// - Parameter newLines: The lines, none wider than the terminal.
  func show(_ newLines: [String]) {
    guard terminal.isInteractive else { return }
    lines.withLock { lines in
      terminal.write(Self.erasing(lines, width: terminal.width) + newLines.joined(separator: "\n"))
      lines = newLines
    }
    Self.shown.withLock { $0 = self }
  }

  /// Removes the lines, before something is printed that stays.
  func clear() {
    lines.withLock { lines in
      guard !lines.isEmpty else { return }
      terminal.write(Self.erasing(lines, width: terminal.width))
      lines = []
    }
  }

  /// Removes whatever lines are on the screen.
  static func clearShown() {
    shown.withLock { $0 }?.clear()
  }

  /// The codes that remove lines whose end the cursor is at.
  ///
  /// A terminal that has become narrower since has broken them into several rows.
  static func erasing(_ lines: [String], width: Int) -> String {
    let rows = lines.reduce(0) { $0 + max((visibleCount($1) + width - 1) / max(width, 1), 1) }
    return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "") + "\u{1B}[J"
  }

  /// The columns that a line takes: codes of colors take none.
  static func visibleCount(_ line: String) -> Int {
    var count = 0
    var isCode = false
    for character in line {
      if character == "\u{1B}" { isCode = true }
      if !isCode { count += 1 }
      if isCode, character == "m" { isCode = false }
    }
    return count
  }
}
