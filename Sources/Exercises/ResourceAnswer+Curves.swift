import Drawing

extension ResourceAnswer {
  /// The resources of all networks side by side, relative to the first network's; times with the range of their
  /// measurements.
  package var chart: DotChart {
    let base = costs.first
    let quantities: [(name: String, numbers: (NetworkCost) -> [Double])] = [
      ("parameters", { [Double($0.parameters)] }),
      ("operations", { [Double($0.multiplyAccumulates)] }),
      ("memory, training", { [Double($0.trainingMemory)] }),
      ("memory, prediction", { [Double($0.predictionMemory)] }),
      ("time, training", \.training),
      ("time, prediction", \.prediction),
    ]
    let series = costs.enumerated().map { index, cost in
      let values = quantities.map { quantity in
        value(quantity.numbers(cost), relativeTo: base.map { median(quantity.numbers($0)) } ?? 1)
      }
      return DotChart.Series(cost.network, paint: .series(index), values: values)
    }
    let name = base?.network ?? ""
    return DotChart(
      title: "Exercise \(exercise.number): resources, compared with \(name)",
      horizontalTitle: "times those of \(name)", rows: quantities.map(\.name), series: series)
  }

  private func value(_ numbers: [Double], relativeTo base: Double) -> DotChart.Value {
    let ratios = numbers.map { $0 / base }
    guard let least = ratios.min(), let greatest = ratios.max(), least <= greatest else {
      return DotChart.Value(0)
    }
    return DotChart.Value(median(ratios), range: least...greatest)
  }
}
