import Tensors

/// A file of accuracies over epochs, such as the book's: a column `epoch`, and a column per curve.
enum AccuracyTable {
  private static let maximumFileSize = 1 << 24

  /// Reads the curves of a file.
  ///
  /// - Parameter path: The file, comma-separated.
  /// - Returns: A curve per column after the first, named after the file and the column.
  /// - Throws: `FileError` if it cannot be read, or is not such a file.
  static func read(_ path: String) throws -> [ComparedRun] {
    let file = try RandomAccessFile(path: path)
    guard file.byteCount <= maximumFileSize else {
      throw FileError(
        path: path,
        problem: .tooLarge(reason: "is too large for a table of accuracies: \(file.byteCount) bytes"))
    }
    let text = String(decoding: try file.bytes(count: file.byteCount, at: 0), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
    let names = lines.first?.split(separator: ",", omittingEmptySubsequences: false) ?? []
    guard names.first == "epoch", names.count > 1 else {
      throw FileError(
        path: path,
        problem: .unsupported(reason: "is not a table of accuracies: its first line must be epoch,NAME,NAME…")
      )
    }
    var curves = names.dropFirst().map { _ in [(x: Double, y: Double)]() }
    let expected = "an epoch and \(curves.count == 1 ? "an accuracy" : "\(curves.count) accuracies")"
    for (number, line) in lines.enumerated().dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == names.count, let epoch = Double(cells[0]), (0...1e6).contains(epoch)
      else {
        throw FileError(
          path: path,
          problem: .damaged(reason: "is invalid in line \(number + 1): expected \(expected)"))
      }
      for (column, cell) in cells.dropFirst().enumerated() where !cell.isEmpty {
        guard let accuracy = Double(cell), accuracy.isFinite else {
          throw FileError(
            path: path,
            problem: .damaged(
              reason: "has \(String(cell).quoted) instead of a number in line \(number + 1)"))
        }
        curves[column].append((epoch, accuracy))
      }
    }
    let stem = path.split(separator: "/").last?.split(separator: ".").first ?? ""
    return zip(names.dropFirst(), curves).map {
      ComparedRun(name: "\(stem) \($0)".onOneLine(atMost: 60), accuracies: $1)
    }
  }
}
