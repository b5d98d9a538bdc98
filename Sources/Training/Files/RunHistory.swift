import Tensors

/// The steps of a training run, read back from `history.csv`.
///
/// Columns are found by their names, so files of older versions, which have fewer, can be read.
public struct RunHistory: Sendable {
  /// The steps in order.
  public let rows: [HistoryRow]
  private let stepsOfFirstEpoch: Int?

  /// Reads a file, up to its last complete row.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if it cannot be read or its columns are not those of a history.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    let text = String(decoding: try file.bytes(count: file.byteCount, at: 0), as: UTF8.self)
    // A row without a line break is still being written.
    let whole = text.lastIndex(of: "\n").map { text[..<$0] } ?? ""
    let lines = whole.split(separator: "\n")
    guard let columns = lines.first.flatMap(Columns.init) else {
      throw FileError(
        path: path, problem: .unsupported(reason: "does not have the columns of a run's history"))
    }
    var rows: [HistoryRow] = []
    rows.reserveCapacity(lines.count)
    for (number, line) in lines.enumerated().dropFirst() {
      guard let row = columns.row(line) else {
        throw FileError(
          path: path, problem: .damaged(reason: "has an invalid step in line \(number + 1)"))
      }
      rows.append(row)
    }
    self.rows = rows
    let hasWholeEpoch = rows.contains { $0.epoch == 2 }
    stepsOfFirstEpoch =
      hasWholeEpoch && rows.first?.step == 1 ? rows.count { $0.epoch == 1 } : nil
  }

  /// The training loss as the book draws it.
  ///
  /// It is computed from the steps' losses if all are present, as in older versions' files, which do not have it;
  /// otherwise it is read from the file.
  ///
  /// - Parameter stepsPerEpoch: Batches per epoch; nil to derive it from the file.
  /// - Returns: The points that are complete.
  public func trainingLosses(stepsPerEpoch: Int? = nil) -> [HalfEpochLoss] {
    guard let stepsPerEpoch = stepsPerEpoch ?? stepsOfFirstEpoch, rows.first?.step == 1 else {
      return rows.compactMap(\.halfEpochLoss)
    }
    var losses = HalfEpochLosses()
    return rows.compactMap { row in
      losses.add(loss: row.loss, step: row.step - 1, stepsPerEpoch: stepsPerEpoch)
    }
  }

  /// The indices of a file's columns.
  private struct Columns {
    private let indices: [Substring: Int]

    /// Parses a header; nil if it is not that of a history.
    init?(_ header: Substring) {
      let names = header.split(separator: ",")
      indices = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
      let needed = ["step", "epoch", "images", "training_loss", "training_accuracy"]
      guard needed.allSatisfy({ indices[Substring($0)] != nil }) else { return nil }
    }

    /// Parses a line; nil if it is not a row of numbers.
    func row(_ line: Substring) -> HistoryRow? {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      func cell(_ name: Substring) -> Substring? {
        indices[name].flatMap { cells.indices.contains($0) ? cells[$0] : nil }
      }
      func number(_ name: Substring) -> Double? { cell(name).flatMap { Double($0) } }
      guard let step = cell("step").flatMap({ Int($0) }), let epoch = cell("epoch").flatMap({ Int($0) }),
        let images = cell("images").flatMap({ Int($0) }),
        [step, epoch, images].allSatisfy({ (1...1 << 53).contains($0) }), let loss = number("training_loss"),
        let accuracy = number("training_accuracy")
      else { return nil }
      let halfEpoch = number("book_train_epochs").flatMap { epochs in
        number("book_train_loss").map { HalfEpochLoss(epochs: epochs, loss: $0) }
      }
      guard halfEpoch?.isReachable ?? true else { return nil }
      return HistoryRow(
        step: step, epoch: epoch, images: images, learningRate: number("learning_rate") ?? .nan,
        gradientNorm: number("gradient_norm") ?? .nan, loss: loss, accuracy: accuracy,
        halfEpochLoss: halfEpoch, seconds: number("seconds") ?? .nan,
        imagesPerSecond: number("images_per_second") ?? .nan)
    }
  }
}
