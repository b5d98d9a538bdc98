import Drawing

extension ExerciseAnswer {
  /// The test accuracy over the epochs: a line for the mean of each variant, and a band from the minimum to the maximum over
  /// its seeds.
  package var chart: LineChart {
    let series = variants.enumerated().map { index, variant in
      let epochs = (0..<plan.epochs).map { epoch in
        variant.runs.compactMap { $0.accuracies.indices.contains(epoch) ? $0.accuracies[epoch] : nil }
      }
      let points = epochs.enumerated().filter { !$0.element.isEmpty }.map { epoch, values in
        (x: Double(epoch + 1), y: values.reduce(0, +) / Double(values.count))
      }
      let band = epochs.enumerated().compactMap { epoch, values in
        values.min().flatMap { least in values.max().map { (x: Double(epoch + 1), lower: least, upper: $0) } }
      }
      return LineChart.Series(
        variant.variant.name, points: points,
        stroke: SVG.Stroke(.series(index), width: 2, dashes: Self.dashes[index % Self.dashes.count]),
        isMarked: true, band: band)
    }
    let numbers = series.flatMap { $0.band.flatMap { [$0.lower, $0.upper] } }
    return LineChart(
      title: "Exercise \(exercise.number), test accuracy: mean and range of \(seeds) seeds",
      horizontalTitle: "epoch", verticalTitle: "test accuracy", series: series,
      horizontalRange: 1...Double(max(plan.epochs, 2)),
      verticalRange: LinearAxis.range(of: numbers, startsAtZero: false))
  }

  private static let dashes: [[Double]] = [[], [8, 4], [10, 4, 2, 4], [2, 3]]
}
