import Synchronization

/// Lines at the end of a terminal's text that are rewritten in place.
///
/// All other output removes them first, with ``clearShown()``.
final class LiveText: Sendable {
  /// The lines on the screen, if any.
  private static let shown = Mutex<LiveText?>(nil)

  private let terminal: Terminal
  private let lines = Mutex<[String]>([])

  init(_ terminal: Terminal) {
    self.terminal = terminal
  }

  /// Replaces the lines.
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

  /// Removes the lines, before permanent output.
  func clear() {
    lines.withLock { lines in
      guard !lines.isEmpty else { return }
      terminal.write(Self.erasing(lines, width: terminal.width))
      lines = []
    }
  }

  /// Removes all lines on the screen.
  static func clearShown() {
    shown.withLock { $0 }?.clear()
  }

  /// The codes that remove lines, with the cursor at their end.
  ///
  /// A terminal that has become narrower has wrapped them into several rows.
  static func erasing(_ lines: [String], width: Int) -> String {
    let rows = lines.reduce(0) { $0 + max((visibleCount($1) + width - 1) / max(width, 1), 1) }
    return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "") + "\u{1B}[J"
  }

  /// The width of a line in columns, without color codes.
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
