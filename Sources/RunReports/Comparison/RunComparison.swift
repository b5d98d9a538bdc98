import Drawing
import Reporting
import Tensors
import Training

/// A comparison of training runs: results, differences between recipes, curves.
public struct RunComparison {
  let compared: [ComparedRun]

  /// Reads the runs to compare.
  ///
  /// - Parameter paths: Folders of runs, and files of accuracies over epochs such as the book's, which begin with
  ///   `epoch,NAME`.
  /// - Throws: `FileError` if one of them is neither.
  public init(_ paths: [String]) throws {
    var compared: [ComparedRun] = []
    for path in paths {
      if RunFolder.exists(path) {
        compared.append(ComparedRun(try RunRecord(path)))
      } else {
        compared += try AccuracyTable.read(path)
      }
    }
    self.compared = Self.withUniqueNames(compared)
  }

  /// Compares runs that have been read.
  ///
  /// - Parameter runs: The runs.
  public init(_ runs: [RunRecord]) {
    compared = Self.withUniqueNames(runs.map { ComparedRun($0) })
  }

  /// Runs with the same name in different folders are named by their paths; a run that is given twice gets a number.
  private static func withUniqueNames(_ runs: [ComparedRun]) -> [ComparedRun] {
    var compared = runs
    let names = compared.map(\.name)
    for index in compared.indices where names.count(where: { $0 == names[index] }) > 1 {
      let path = compared[index].run?.path ?? names[index]
      let earlier = compared[..<index].count { $0.name == path || $0.name.hasPrefix(path + " (") }
      compared[index].name = earlier > 0 ? "\(path) (\(earlier + 1))" : path
    }
    return compared
  }

  /// The missing parts of the runs' folders, one sentence each.
  public var missing: [String] {
    compared.flatMap { compared in compared.run?.missing.map { "\(compared.name): \($0)" } ?? [] }
  }

  // MARK: Tables

  static let resultHeader = [
    "run", "model", "epochs", "best epoch", "accuracy at best", "last accuracy", "last loss", "train loss",
    "images/s", "time", "images seen",
  ]

  /// A row for each run.
  var results: [[String]] {
    compared.map { compared in
      let metrics = compared.run?.metrics
      return [
        compared.name, compared.run?.recipe?.subject ?? "–",
        epochs(of: compared), compared.bestEpoch.map(String.init) ?? "–", threePlaces(compared.bestAccuracy),
        threePlaces(compared.accuracies.last?.y), threePlaces(compared.losses.last?.y),
        threePlaces(metrics?.last?.trainingLoss),
        metrics?.imagesPerSecond.map { decimal($0, places: 1) } ?? "–",
        metrics?.seconds.map(duration) ?? "–", metrics?.imagesSeen.map(grouped) ?? "–",
      ]
    }
  }

  private func epochs(of compared: ComparedRun) -> String {
    let done = compared.epochCount
    guard let all = compared.run?.recipe?.epochs, all != done else { return "\(done)" }
    return "\(done) of \(all)"
  }

  /// The keys of the recipes that differ, each with its values in the order of the runs that have a recipe.
  var recipeDifferences: (names: [String], rows: [[String]]) {
    let recipes = compared.compactMap { compared in
      compared.run?.recipe.map { (compared.name, RecipeFile.values(of: $0)) }
    }
    guard let first = recipes.first?.1 else { return ([], []) }
    let rows = first.indices.compactMap { index -> [String]? in
      let values = recipes.map { $0.1[index].value }
      return Set(values).count > 1 ? [first[index].key] + values : nil
    }
    return (recipes.map(\.0), rows)
  }

  /// The accuracies on images that were not trained on, over completed epochs, of the runs that have any.
  public var accuracies: [(name: String, points: [(x: Double, y: Double)])] {
    compared.filter(\.isJudged).map { ($0.name, $0.accuracies) }
  }

  /// The last epoch with a measurement.
  public var lastEpoch: Int {
    Int((compared.flatMap { $0.accuracies + $0.losses }.map(\.x).max() ?? 0).rounded(.up))
  }

  // MARK: Curves

  /// The charts of accuracy and loss, each with all runs.
  var charts: [LineChart] {
    func chart(_ title: String, _ curve: (ComparedRun) -> [(x: Double, y: Double)]) -> LineChart? {
      let series = compared.enumerated().compactMap { index, compared -> LineChart.Series? in
        let points = curve(compared)
        guard !points.isEmpty else { return nil }
        return LineChart.Series(compared.name, points: points, stroke: .series(index), isMarked: true)
      }
      guard !series.isEmpty else { return nil }
      return LineChart(
        title: title, horizontalTitle: "epoch", series: series,
        horizontalRange: 0...Double(max(lastEpoch, 1)))
    }
    return [
      chart("Accuracy on images that were not trained on", \.accuracies),
      chart("Training loss", { $0.run?.trainingLosses.map { ($0.epochs, $0.loss) } ?? [] }),
      chart("Loss on images that were not trained on", \.losses),
    ].compactMap(\.self)
  }

  /// Writes a picture (`.svg`) or a page (`.html`), completely or not at all.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if its name ends in anything else, there are no curves to draw, or it cannot be written.
  public func write(to path: String) throws {
    let document: String
    if path.hasSuffix(".svg") {
      guard !charts.isEmpty else {
        throw FileError(
          path: path, problem: .notEncodable(reason: "cannot be written: no run has a complete epoch"))
      }
      document = ChartSheet(charts).svg.document
    } else if path.hasSuffix(".html") {
      document = page.document
    } else {
      throw FileError(path: path, problem: .notEncodable(reason: "must end in .svg or .html"))
    }
    try AtomicFile.write(to: path) { try $0.write(document) }
  }
}
