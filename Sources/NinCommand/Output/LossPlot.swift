import Drawing
import NetworkInNetwork

/// The losses of several training runs over their steps as SVG, for visual comparison, since even correct runs differ.
struct LossPlot {
  private let chart: LineChart

  init(_ trainings: [JudgedTraining]) {
    let series = trainings.enumerated().map { index, training in
      // Later curves are thinner, so that those below stay visible where they coincide.
      LineChart.Series(
        training.name, points: training.steps.enumerated().map { (Double($0.offset), $0.element.loss) },
        stroke: .init(.series(index), width: max(6 - 2 * Double(index), 1)))
    }
    let losses = trainings.flatMap { $0.steps.map(\.loss) }
    chart = LineChart(
      title: "Losses of the steps", horizontalTitle: "step", verticalTitle: "loss", series: series,
      horizontalRange: 0...Double(max((trainings.map(\.steps.count).max() ?? 0) - 1, 1)),
      verticalRange: LinearAxis.range(of: losses, startsAtZero: false))
  }

  /// The document.
  var svg: String { ChartSheet([chart]).svg.document }
}
