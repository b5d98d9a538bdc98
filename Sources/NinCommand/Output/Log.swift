import Logging
import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is said to the user beside the results: to standard error, one line each.
enum Log {
  private static let logger = Logger(label: "nin") { _ in LineLogHandler() }

  static func error(_ line: String) {
    logger.error("\(line)")
  }

  static func warning(_ line: String) {
    logger.warning("\(line)")
  }

  static func notice(_ line: String) {
    logger.notice("\(line)")
  }
}

/// Writes each message as a line of the form `Error: …`, for people at a terminal.
private struct LineLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.notice

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // What was printed before comes first where both streams are one.
    fflush(nil)
    // Names of files may have line ends in them.
    let message = event.message.description.onOneLine(atMost: 8192)
    let line = Array("\(event.level.rawValue.capitalized): \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
