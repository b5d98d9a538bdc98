import Logging
import NetworkInNetwork
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Notices, warnings and errors: one line each on standard error; with `--log-format json`, `nin train` prints notices
/// and warnings as events.
enum Log {
  private static let isJSON = Atomic(false)

  /// Prints notices and warnings as events.
  static func useJSON() { isJSON.store(true, ordering: .relaxed) }

  private static let logger = Logger(label: "nin") { _ in LineLogHandler() }

  static func error(_ line: String) {
    logger.error("\(line)")
  }

  static func warning(_ line: String) {
    if isJSON.load(ordering: .relaxed) { return TrainingEvent.print(.warning, .init(message: line)) }
    logger.warning("\(line)")
  }

  static func notice(_ line: String) {
    if isJSON.load(ordering: .relaxed) { return TrainingEvent.print(.notice, .init(message: line)) }
    logger.notice("\(line)")
  }
}

/// Writes each message as a line of the form `Error: …`, for display on a terminal.
private struct LineLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.notice

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    LiveText.clearShown()
    // Flushes earlier output first, in case both streams are the same.
    fflush(nil)
    // Names of files may contain line breaks.
    let message = event.message.description.onOneLine(atMost: 8192)
    Terminal.standardError.say("\(event.level.rawValue.capitalized): \(message)")
  }
}
