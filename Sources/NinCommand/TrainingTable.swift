import NetworkInNetwork
import Reporting

/// The losses of the same training on several backends, as a table for people.
struct TrainingTable: CustomStringConvertible {
  private let training: TrainingCurves

  init(_ training: TrainingCurves) {
    self.training = training
  }

  var description: String {
    let curves = training.curves
    var table = ColumnTable(
      ["step", training.expected.name] + curves.flatMap { [$0.name, "difference"] } + ["bound"],
      alignment: Array(repeating: .right, count: 3 + 2 * curves.count))
    let differences = curves.map(training.differences)
    for (step, loss) in training.expected.losses.enumerated() {
      let cells = zip(curves, differences).flatMap { curve, differences in
        [decimal(curve.losses[step], places: 6), scientific(differences[step])]
      }
      table.add(["\(step)", decimal(loss, places: 6)] + cells + [scientific(training.bounds[step])])
    }
    return "\(table)\n\n" + curves.map(verdict).joined(separator: "\n")
  }

  private func verdict(_ curve: TrainingCurves.Curve) -> String {
    if let step = training.departure(curve) {
      return Colour.red("\(curve.name) departs before step \(step)")
    }
    let largest = training.differences(curve).max() ?? 0
    return Colour.green("\(curve.name) agrees: the losses differ by at most \(scientific(largest))")
  }
}

/// The same for programs.
struct TrainingReport: Encodable {
  private struct Curve: Encodable {
    let name: String
    let losses: [Double]
    var differences: [Double]?
    var departs_before_step: Int?
  }

  private let passes: Bool
  private let expected: Curve
  private let curves: [Curve]
  private let bounds: [Double]

  init(_ training: TrainingCurves) {
    passes = training.passes
    expected = Curve(name: training.expected.name, losses: training.expected.losses)
    curves = training.curves.map {
      Curve(
        name: $0.name, losses: $0.losses, differences: training.differences($0),
        departs_before_step: training.departure($0))
    }
    bounds = training.bounds
  }
}
