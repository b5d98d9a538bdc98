import NetworkInNetwork
import Reporting

/// The evaluation of a network on the test images, as tables for display and as JSON.
struct EvaluationReport {
  private let names: [String]
  private let top: [Int]
  private var score = ClassificationScore()
  private var confusion: ConfusionMatrix
  private var ranks: RankCounts

  /// The maximum number of confusions listed.
  private static let confusions = 10
  /// The maximum number of classes for printing the matrix.
  private static let classesOfMatrix = 20

  /// - Parameters:
  ///   - description: The network.
  ///   - classes: The number of classes.
  ///   - top: The k of top-k accuracies; if empty, the default ones.
  ///   - dataNames: The data's class names, for a network without names.
  init(_ description: CheckpointDescription, classes: Int, top: [Int], dataNames: [String]) {
    names = description.classNames.count == classes ? description.classNames : dataNames
    let usual = [2, 5].filter { $0 < classes }
    self.top =
      top.isEmpty ? usual : top.enumerated().filter { !top[..<$0.offset].contains($0.element) }.map(\.element)
    confusion = ConfusionMatrix(classes: classes)
    ranks = RankCounts(classes: classes)
  }

  /// Adds a batch.
  mutating func add(_ batch: EvaluatedBatch) {
    score += batch.score
    confusion.add(batch)
    ranks.add(batch)
  }

  /// The number of images.
  var images: Int { score.count }
}

// MARK: For display

extension EvaluationReport {
  /// The tables.
  ///
  /// - Parameter width: The number of columns.
  /// - Returns: The lines, without a line break at the end.
  func text(width: Int) -> String {
    let longest = max(min((width - 16) / 2, Self.maximumNameLength), 8)
    let names = names.map { Self.shortened(ClassLabels.printed($0), to: longest) }
    let confusions = confusion.mostConfused(Self.confusions)
    let parts = [
      wrapped(heading, to: width).joined(separator: "\n"), figures(names).text(width: width),
      matrix(names, width),
      confusions.isEmpty ? nil : "most confused\n\n\(table(confusions, names).text(width: width))",
    ]
    return parts.compactMap(\.self).joined(separator: "\n\n")
  }

  private static let maximumNameLength = 24

  /// A name without its middle, since names often differ at the end.
  private static func shortened(_ name: String, to length: Int) -> String {
    guard name.count > length else { return name }
    let end = (length - 1) / 2
    return "\(name.prefix(length - 1 - end))…\(name.suffix(end))"
  }

  private var heading: String {
    let accuracies = top.map { ", top-\($0) acc \(decimal(ranks.accuracy(top: $0), places: 3))" }
    return "test loss \(decimal(score.loss, places: 3)), test acc \(decimal(score.accuracy, places: 3))"
      + accuracies.joined()
  }

  private func figures(_ names: [String]) -> ColumnTable {
    var table = ColumnTable(
      ["class", "precision", "recall", "F1", "support"], alignment: [.left, .right, .right, .right, .right])
    for (name, figures) in zip(names, confusion.figures) {
      table.add([
        name, Self.text(figures.precision), Self.text(figures.recall), Self.text(figures.f1),
        grouped(figures.support),
      ])
    }
    let means = confusion.means
    table.add([
      "mean", Self.text(means.precision), Self.text(means.recall), Self.text(means.f1),
      grouped(confusion.count),
    ])
    return table
  }

  /// The confusion matrix, with columns headed by names if those fit and differ, otherwise by the rows' numbers.
  private func matrix(_ names: [String], _ width: Int) -> String {
    guard names.count <= Self.classesOfMatrix else {
      return wrapped("--json prints the confusion matrix of all \(counted(names.count, "class"))", to: width)
        .joined(separator: "\n")
    }
    let title = "rows: labels, columns: predictions\n\n"
    let heads = names.map { String($0.prefix(6)) }
    let named = matrix(rows: names, columns: heads)
    if Set(heads).count == names.count, named.width <= width { return title + "\(named)" }
    let numbers = names.indices.map(String.init)
    let digits = numbers.last?.count ?? 1
    let rows = zip(numbers, names).map { number, name in
      String(repeating: " ", count: digits - number.count) + "\(number) \(name)"
    }
    return title + matrix(rows: rows, columns: numbers).text(width: width)
  }

  private func matrix(rows: [String], columns: [String]) -> ColumnTable {
    var table = ColumnTable(
      [""] + columns, alignment: [.left] + Array(repeating: .right, count: columns.count))
    for label in rows.indices {
      table.add([rows[label]] + columns.indices.map { "\(confusion[label, $0])" })
    }
    return table
  }

  private func table(_ confusions: [Confusion], _ names: [String]) -> ColumnTable {
    var table = ColumnTable(["images", "label", "prediction"], alignment: [.right, .left, .left])
    for confusion in confusions {
      table.add(["\(confusion.count)", names[confusion.label], names[confusion.prediction]])
    }
    return table
  }

  private static func text(_ share: Double?) -> String { share.map { decimal($0, places: 3) } ?? "-" }
}

// MARK: For programs

extension EvaluationReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case loss, accuracy, images, classes, means, confusion
    case topAccuracies = "top_k_accuracies"
    case mostConfused = "most_confused"
  }

  private struct Class: Encodable {
    let name: String
    let precision: Double?
    let recall: Double?
    let f1: Double?
    let support: Int
    let predictions: Int
  }

  private struct Means: Encodable {
    let precision: Double
    let recall: Double
    let f1: Double
  }

  private struct Pair: Encodable {
    let label: String
    let prediction: String
    let count: Int
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(score.loss, forKey: .loss)
    try container.encode(score.accuracy, forKey: .accuracy)
    try container.encode(score.count, forKey: .images)
    let accuracies = top.map { ("\($0)", ranks.accuracy(top: $0)) }
    try container.encode(Dictionary(uniqueKeysWithValues: accuracies), forKey: .topAccuracies)
    let classes = zip(names, confusion.figures).map { name, figures in
      Class(
        name: name, precision: figures.precision, recall: figures.recall, f1: figures.f1,
        support: figures.support, predictions: figures.predictions)
    }
    try container.encode(classes, forKey: .classes)
    let means = confusion.means
    try container.encode(
      Means(precision: means.precision, recall: means.recall, f1: means.f1), forKey: .means)
    let rows = names.indices.map { label in names.indices.map { confusion[label, $0] } }
    try container.encode(rows, forKey: .confusion)
    let pairs = confusion.mostConfused(Self.confusions).map {
      Pair(label: names[$0.label], prediction: names[$0.prediction], count: $0.count)
    }
    try container.encode(pairs, forKey: .mostConfused)
  }
}
