import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `history.csv`: a row for each step of a training; the last of an epoch has its tests too.
///
/// Rows reach the file before the state that counts their steps, and a training that is resumed begins with cutting off the
/// rows of steps that its state does not know: so each step is there once, whenever the process was killed.
final class HistoryFile {
  /// A step's row.
  struct Row {
    var step: Int
    var epoch: Int
    var images: Int
    var learningRate: Double
    var gradientNorm: Double
    var loss: Double
    var accuracy: Double
    var seconds: Double
    var imagesPerSecond: Double
  }

  private static let header =
    "step,epoch,images,learning_rate,gradient_norm,training_loss,training_accuracy,seconds,images_per_second,"
    + "epoch_training_loss,epoch_training_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,"
    + "average_validation_loss,average_validation_accuracy,average_test_loss,average_test_accuracy\n"
  private static let stepCellCount = 9
  /// The commas of what only an epoch's last row has.
  private static let noResult = String(repeating: ",", count: 10)
  /// Rows wait here, so that a step allocates nothing.
  private var rows: [Row] = []
  private static let rowLimit = 512

  private let path: String
  /// Where the last row begins; nil if there is none.
  private var lastRow: Int?
  private var end = 0
  /// The seconds of training that the file knows of.
  private(set) var seconds = 0.0

  /// Opens the file of a training and cuts off what its state does not know.
  ///
  /// - Parameters:
  ///   - path: The file; it is made if there is none.
  ///   - step: How many steps the state knows.
  /// - Throws: `FileError` if it cannot be read or written.
  init(_ path: String, upTo step: Int) throws {
    self.path = path
    rows.reserveCapacity(Self.rowLimit)
    let text =
      step > 0
      ? (try? RandomAccessFile(path: path)).flatMap { try? $0.bytes(count: $0.byteCount, at: 0) } : nil
    guard let text, text.starts(with: Self.header.utf8) else {
      try begin()
      return
    }
    end = Self.header.utf8.count
    while let newline = text[end...].firstIndex(of: UInt8(ascii: "\n")) {
      let cells = text[end..<newline].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard let number = cells.first.flatMap({ Int($0) }), number <= step, cells.count > 7 else { break }
      seconds = Double(cells[7]) ?? seconds
      lastRow = end
      end = newline + 1
    }
    try change { try $0.truncate(to: end) }
  }

  private func begin() throws {
    try AtomicFile.write(to: path) { try $0.write(Array(Self.header.utf8)) }
    end = Self.header.utf8.count
  }

  /// Adds a row, which reaches the file with ``flush()``, or when there are many.
  func add(_ row: Row) throws {
    rows.append(row)
    if rows.count == Self.rowLimit { try flush() }
  }

  /// Writes the rows that are waiting.
  ///
  /// - Parameter result: What the epoch of the last of them has brought, if it is complete.
  /// - Throws: `FileError` if the file cannot be written.
  func flush(_ result: EpochResult? = nil) throws {
    let lines = rows.map { row in
      [
        "\(row.step)", "\(row.epoch)", "\(row.images)", "\(row.learningRate)", "\(row.gradientNorm)",
        "\(row.loss)",
        "\(row.accuracy)", Self.rounded(row.seconds), Self.rounded(row.imagesPerSecond),
      ].joined(separator: ",")
    }
    // With a result, the last row is completed: the one that is waiting, or the last of the file.
    try change { file in
      var offset = end
      for line in lines {
        lastRow = offset
        let bytes = Array((line + Self.noResult + "\n").utf8)
        try file.write(bytes, at: offset)
        offset += bytes.count
      }
      if let result, let lastRow {
        // A process that was killed just then may have completed it before.
        let row = try file.bytes(lastRow..<offset).split(
          separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let bytes = row.prefix(Self.stepCellCount).joined(separator: [UInt8(ascii: ",")])
        let completed = Array(bytes) + Array((Self.cells(of: result) + "\n").utf8)
        try file.write(completed, at: lastRow)
        offset = lastRow + completed.count
      }
      try file.truncate(to: offset)
      end = offset
    }
    rows.removeAll(keepingCapacity: true)
  }

  private static func cells(of result: EpochResult) -> String {
    let values: [Double?] = [
      result.trainingLoss, result.trainingAccuracy, result.validationLoss, result.validationAccuracy,
      result.testLoss,
      result.testAccuracy, result.averageValidationLoss, result.averageValidationAccuracy,
      result.averageTestLoss,
      result.averageTestAccuracy,
    ]
    return values.map { "," + ($0.map { "\($0)" } ?? "") }.joined()
  }

  private static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

  private func change(_ body: (borrowing OpenFile) throws -> Void) throws {
    let file = try OpenFile(path)
    try body(file)
    try file.synchronise()
  }
}

/// A file open for reading and writing in the midst of it.
private struct OpenFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, failure: "cannot be written", code: errno) }
  }

  deinit {
    close(descriptor)
  }

  func truncate(to length: Int) throws {
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw failure }
  }

  func synchronise() throws {
    guard fsync(descriptor) == 0 else { throw failure }
  }

  func write(_ bytes: [UInt8], at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure }
      done += count
    }
  }

  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, off_t(range.lowerBound))
    }
    guard count == range.count else { throw failure }
    return bytes
  }

  private var failure: FileError { FileError(path: path, failure: "cannot be written", code: errno) }
}
