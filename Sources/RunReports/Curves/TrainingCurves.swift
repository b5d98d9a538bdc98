import Drawing
import Reporting
import Tensors
import Training

/// The book's figure of a training run: the training loss of each half epoch, and the test loss and accuracy of each
/// epoch.
///
/// As in the figures of section 8.3.3: solid, dashed and dash-dotted, over epochs, from 0.
package struct TrainingCurves: Sendable {
  private let run: RunRecord

  /// Creates the figure of a run.
  package init(_ run: RunRecord) {
    self.run = run
  }

  /// Whether there is a point to draw.
  package var isEmpty: Bool { run.trainingLosses.isEmpty && run.epochs.isEmpty }

  /// The picture.
  package var svg: SVG { ChartSheet([chart]).svg }

  /// Writes the picture to the run's folder, completely or not at all.
  ///
  /// - Throws: `FileError` if it cannot be written.
  package func write() throws {
    try AtomicFile.write(to: RunFolder.curves(in: run.path)) { try $0.write(svg.document) }
  }

  /// The chart.
  var chart: LineChart {
    LineChart(title: title, horizontalTitle: "epoch", series: series, horizontalRange: 0...lastEpoch)
  }

  private var title: String {
    let model = run.recipe.map { ": \($0.subject)" } ?? ""
    guard let last = run.epochs.last, let accuracy = last.heldOutAccuracy else { return run.name + model }
    let epochs = counted(last.epoch, "epoch")
    return
      "\(run.name)\(model), \(run.judgedBy ?? "") accuracy \(decimal(accuracy, places: 3)) after \(epochs)"
  }

  /// The recipe's epochs, so that the figure shows what remains; the completed ones if training may stop early.
  private var lastEpoch: Double {
    let drawn = max(run.trainingLosses.last?.epochs ?? 0, Double(run.epochs.last?.epoch ?? 0)).rounded(.up)
    guard let recipe = run.recipe, recipe.patience == nil else { return max(drawn, 1) }
    return max(drawn, Double(recipe.epochs), 1)
  }

  private var series: [LineChart.Series] {
    let what = run.judgedBy ?? "test"
    let isTest = what == "test"
    func points(_ value: (EpochResult) -> Double?) -> [(x: Double, y: Double)] {
      run.epochs.compactMap { epoch in value(epoch).map { (Double(epoch.epoch), $0) } }
    }
    let curves: [LineChart.Series] = [
      .init("train loss", points: run.trainingLosses.map { ($0.epochs, $0.loss) }, stroke: Self.stroke(0)),
      .init(
        "\(what) loss",
        points: points { isTest ? $0.bookValidationLoss ?? $0.testLoss : $0.validationLoss },
        stroke: Self.stroke(1, dashes: [8, 4])),
      .init(
        "\(what) accuracy",
        points: points { isTest ? $0.bookValidationAccuracy ?? $0.testAccuracy : $0.validationAccuracy },
        stroke: Self.stroke(2, dashes: [10, 4, 2, 4])),
      .init(
        "\(what) accuracy of the averaged weights",
        points: points { isTest ? $0.averageTestAccuracy : $0.averageValidationAccuracy },
        stroke: Self.stroke(3, dashes: [2, 3])),
    ]
    return curves.filter { !$0.points.isEmpty }
  }

  private static func stroke(_ index: Int, dashes: [Double] = []) -> SVG.Stroke {
    .init(.series(index), width: 2, dashes: dashes)
  }
}
