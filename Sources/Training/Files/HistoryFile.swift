import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `history.csv`: a row for each step of training; the last row of an epoch has the test results too.
///
/// Rows are written before the state that counts their steps, and resuming first truncates the rows of steps beyond the
/// state, so each step appears once, whenever the process was killed. A file whose rows do not match the earlier steps
/// belongs to another run, and is moved away.
final class HistoryFile {
  private static let columns =
    olderColumns[..<olderStepColumns] + ["book_train_epochs", "book_train_loss"]
    + olderColumns[olderStepColumns...] + ["book_val_loss", "book_val_acc"]
  /// The columns of versions before the book's measures were added.
  private static let olderColumns = [
    "step", "epoch", "images", "learning_rate", "gradient_norm", "training_loss", "training_accuracy",
    "seconds",
    "images_per_second", "epoch_training_loss", "epoch_training_accuracy", "validation_loss",
    "validation_accuracy",
    "test_loss", "test_accuracy", "average_validation_loss", "average_validation_accuracy",
    "average_test_loss",
    "average_test_accuracy",
  ]
  private static let olderStepColumns = 9
  private static let stepColumns = olderStepColumns + 2
  private static let secondsColumn = 7
  private static let header = columns.joined(separator: ",") + "\n"
  private static let olderHeader = olderColumns.joined(separator: ",") + "\n"
  /// The commas of the columns that only an epoch's last row fills.
  private static let noResult = String(repeating: ",", count: columns.count - stepColumns)
  /// A buffer for rows, so that a step allocates nothing.
  private var rows: [HistoryRow] = []
  private static let rowLimit = 512

  private let path: String
  /// The last row of the file, without its line break, and its offset; nil if there is none.
  private var last: (row: String, offset: Int)?
  /// The seconds of training recorded in the file.
  private(set) var seconds = 0.0
  /// The new path of a file of another run, if one was moved.
  private(set) var foreignFile: String?
  /// Whether there was no file, although the state has steps.
  private(set) var isMissing = false

  /// Opens the file of a run and truncates the rows beyond its state.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - step: The number of steps in the state.
  /// - Throws: `FileError` if it cannot be read or written.
  init(_ folder: RunFolder, upTo step: Int) throws {
    path = folder.history
    rows.reserveCapacity(Self.rowLimit)
    isMissing = step > 0 && !RunFolder.isTaken(path)
    if step > 0, !isMissing {
      let file = try RandomAccessFile(path: path)
      if try take(file.bytes(count: file.byteCount, at: 0), upTo: step) { return }
      foreignFile = try folder.setAside(RunFolder.historyName)
    }
    try begin()
  }

  private func begin() throws {
    try AtomicFile.write(to: path) { try $0.write(Array(Self.header.utf8)) }
    last = nil
  }

  /// Takes over the rows of a file up to a step; false if they are not consecutive steps that end there.
  private func take(_ text: [UInt8], upTo step: Int) throws -> Bool {
    let isOlder = text.starts(with: Self.olderHeader.utf8)
    guard isOlder || text.starts(with: Self.header.utf8) else { return false }
    let columns = isOlder ? Self.olderStepColumns : Self.stepColumns
    var end = (isOlder ? Self.olderHeader : Self.header).utf8.count
    var widened = Self.header
    var number = 0
    while number < step {
      let newline = text[end...].firstIndex(of: UInt8(ascii: "\n"))
      let row = String(decoding: text[end..<(newline ?? text.count)], as: UTF8.self)
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count >= columns, let found = Int(cells[0]), number == 0 || found == number + 1
      else {
        return false
      }
      number = found
      if let known = Double(cells[Self.secondsColumn]), known.isFinite { seconds = known }
      last = isOlder ? (Self.widened(cells), widened.utf8.count) : (row, end)
      if isOlder, let last { widened += last.row + "\n" }
      end = newline.map { $0 + 1 } ?? text.count
    }
    guard number == step, let last else { return false }
    if isOlder {
      try AtomicFile.write(to: path) { try $0.write(Array(widened.utf8)) }
    } else {
      // A process that was killed while it completed the row may have left part of it.
      try change { try $0.replace(from: last.offset, with: last.row + "\n") }
    }
    return true
  }

  /// An older version's row with the current columns; new ones are empty.
  private static func widened(_ cells: [Substring]) -> String {
    (cells[..<olderStepColumns] + ["", ""] + cells[olderStepColumns...] + ["", ""]).joined(separator: ",")
  }

  /// Adds a row, which is written by ``flush(_:)``, or when the buffer is full.
  func add(_ row: HistoryRow) throws {
    rows.append(row)
    if rows.count == Self.rowLimit { try flush() }
  }

  /// Writes the buffered rows.
  ///
  /// - Parameter result: The result of the last row's epoch, if it is complete.
  /// - Throws: `FileError` if the file cannot be written.
  func flush(_ result: EpochResult? = nil) throws {
    if !RunFolder.isTaken(path) { try begin() }
    try change { file in
      let start = try file.byteCount()
      var text = ""
      for row in rows {
        let line = Self.text(row) + Self.noResult
        last = (line, start + text.utf8.count)
        text += line + "\n"
      }
      if !text.isEmpty { try file.replace(from: start, with: text) }
      guard let result, let last else { return }
      // The row may have been completed before, by a process that was killed right after.
      let cells = last.row.split(separator: ",", omittingEmptySubsequences: false)
      let completed = cells.prefix(Self.stepColumns).joined(separator: ",") + Self.cells(of: result)
      try file.replace(from: last.offset, with: completed + "\n")
    }
    rows.removeAll(keepingCapacity: true)
  }

  private static func text(_ row: HistoryRow) -> String {
    [
      "\(row.step)", "\(row.epoch)", "\(row.images)", "\(row.learningRate)", "\(row.gradientNorm)",
      "\(row.loss)",
      "\(row.accuracy)", rounded(row.seconds), rounded(row.imagesPerSecond),
      row.halfEpochLoss.map { "\($0.epochs)" } ?? "", row.halfEpochLoss.map { "\($0.loss)" } ?? "",
    ].joined(separator: ",")
  }

  private static func cells(of result: EpochResult) -> String {
    let values: [Double?] = [
      result.trainingLoss, result.trainingAccuracy, result.validationLoss, result.validationAccuracy,
      result.testLoss, result.testAccuracy, result.averageValidationLoss, result.averageValidationAccuracy,
      result.averageTestLoss, result.averageTestAccuracy, result.bookValidationLoss,
      result.bookValidationAccuracy,
    ]
    return values.map { "," + ($0.map { "\($0)" } ?? "") }.joined()
  }

  private static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

  /// Changes the end of the file, and syncs it to disk.
  private func change(_ body: (borrowing FileEnd) throws -> Void) throws {
    let file = try FileEnd(path)
    try body(file)
    try file.synchronize()
  }
}

/// A file open for changes at its end.
private struct FileEnd: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.writing(path, code: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Writes text at an offset and truncates the file after it.
  func replace(from offset: Int, with text: String) throws {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure }
      done += count
    }
    guard ftruncate(descriptor, off_t(offset + bytes.count)) == 0 else { throw failure }
  }

  /// The size of the file.
  func byteCount() throws -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure }
    return Int(status.st_size)
  }

  /// Syncs the file to disk.
  func synchronize() throws {
    guard fsync(descriptor) == 0 else { throw failure }
  }

  private var failure: FileError { FileError.writing(path, code: errno) }
}
