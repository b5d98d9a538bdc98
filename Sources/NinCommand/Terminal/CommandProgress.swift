import Reporting
import Synchronization

/// Shows a command's progress on standard error: on a terminal as a rewritten line, with the elapsed time; otherwise as
/// a line every ten seconds.
final class CommandProgress: Sendable {
  private struct State: ~Copyable {
    var text: ProgressText?
    var began = ContinuousClock.now
    var lastShown = ContinuousClock.now
    let live = LiveText(.standardError)
  }

  private static let terminal = Terminal.standardError
  private let isShown: Bool
  private let isInteractive: Bool
  private let state = Mutex(State())
  private let ticker: Ticker?

  /// - Parameter isQuiet: Whether to show nothing.
  init(isQuiet: Bool = false) {
    isShown = !isQuiet
    isInteractive = Self.terminal.isInteractive
    ticker = isShown ? Ticker(milliseconds: 250) : nil
    ticker?.start { [weak self] in
      guard let self else { return false }
      state.withLock { self.show(&$0) }
      return true
    }
  }

  /// Begins a phase, or updates its progress.
  ///
  /// - Parameters:
  ///   - phase: The description of the phase.
  ///   - done: The amount done; nil if unknown.
  ///   - total: The total amount.
  ///   - unit: The unit of both.
  func show(_ phase: String, _ done: Int? = nil, of total: Int? = nil, unit: String = "images") {
    guard isShown else { return }
    state.withLock { state in
      if state.text?.phase != phase { state.began = .now }
      state.text = ProgressText(phase: phase, done: done, total: total, unit: unit)
    }
  }

  /// Removes the line, before results are printed.
  func clear() {
    state.withLock { state in
      state.text = nil
      state.live.clear()
    }
  }

  /// Removes the line while something is printed; the phase continues, with its time.
  ///
  /// - Parameter print: Prints it.
  func makeRoom(for print: () -> Void) {
    state.withLock { state in
      state.live.clear()
      print()
    }
  }

  private func show(_ state: inout State) {
    guard var text = state.text else { return }
    let now = ContinuousClock.now
    text.seconds = (now - state.began) / .seconds(1)
    if isInteractive { return state.live.show([text.line(width: Self.terminal.width - 1)]) }
    guard now - state.lastShown >= .seconds(10) else { return }
    state.lastShown = now
    Self.terminal.write("Progress: \(text.plain)\n")
  }
}
