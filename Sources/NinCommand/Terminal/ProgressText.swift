import NetworkInNetwork
import Reporting

/// The progress of a command as text.
struct ProgressText: Sendable, Equatable {
  /// The current phase.
  var phase: String
  /// The amount done and the total; nil if unknown.
  var done: Int?
  var total: Int?
  /// The unit of both.
  var unit = "images"
  /// The seconds since the start of the phase.
  var seconds = 0.0

  /// The line for a file.
  var plain: String {
    guard let done, let total else { return "\(phase), \(duration(seconds))" }
    return "\(phase), \(grouped(done))/\(grouped(total)) \(unit)\(rate)\(remaining)"
  }

  /// The line for a terminal.
  func line(width: Int) -> String {
    guard let done, let total else {
      return firstFitting([plain, phase], width: width) ?? duration(seconds)
    }
    let short = "\(grouped(done))/\(grouped(total))"
    let texts = [
      plain, "\(phase), \(short)\(remaining)", "\(phase), \(short)", short,
    ]
    guard let text = firstFitting(texts, width: width) else { return "" }
    let bar = progressBar(done, of: total, width: min(width - text.count - 1, widestBar))
    return bar.isEmpty ? text : "\(text) \(bar)"
  }

  private var rate: String {
    guard let done, done > 0, seconds > 0 else { return "" }
    return ", \(decimal(Double(done) / seconds, places: 1)) \(unit)/s"
  }

  private var remaining: String {
    guard let done, let total, done > 0 else { return "" }
    return ", ETA \(duration(seconds / Double(done) * Double(total - done)))"
  }
}
