import NetworkInNetwork
import Reporting

/// Judged training steps, a row each, for display.
struct TrainingTable: CustomStringConvertible {
  private let training: JudgedTraining
  private let library: String

  init(_ training: JudgedTraining, library: String) {
    self.training = training
    self.library = library
  }

  var description: String {
    var table = ColumnTable(
      ["step", "loss", "worst tensor", "error", "units", "verdict"],
      alignment: [.right, .right, .left, .right, .right, .left])
    for (step, judged) in training.steps.enumerated() {
      let worst = judged.judgment.worst
      table.add([
        "\(step)", decimal(judged.loss, places: 6), worst?.name ?? "",
        worst.map { scientific($0.difference.absolute) } ?? "", worst.map { unitText($0.units) } ?? "",
        verdict(judged.judgment),
      ])
    }
    return "\(training.title) (\(library))\n\n\(table)\n"
  }

  private func verdict(_ judgment: Judgment) -> String {
    let mismatches = judgment.findings.count { !$0.passes }
    return switch mismatches {
    case 0: Color.green("ok")
    case 1: Color.red("MISMATCH")
    default: Color.red("MISMATCH: \(counted(mismatches, "tensor"))")
    }
  }
}

extension JudgedTraining {
  /// The backend that trained.
  fileprivate var title: String { "\(name), \(NetworkPlan.training.title)" }

  /// The conclusion, in one line.
  var conclusion: String {
    if let (step, finding) = firstMismatch {
      return Color.red("\(title): first mismatch in step \(step) at \(finding.location): \(finding.mismatch)")
    }
    let worst = steps.enumerated().max {
      ($0.element.judgment.worstUnits) < ($1.element.judgment.worstUnits)
    }
    let most = worst.flatMap { step, judged in
      judged.judgment.worst.map {
        ", at most \(unitText($0.units)) units, in step \(step) at \($0.name)"
      }
    }
    return Color.green("\(title): every step within rounding error\(most ?? "")")
  }
}

extension Judgment {
  fileprivate var worstUnits: Double { worst?.units ?? 0 }
}

/// Judged training steps, for programs.
struct TrainingReport: Encodable {
  private struct Training: Encodable {
    struct Step: Encodable {
      let step: Int
      let loss: Double
      let passes: Bool
      let worst: FindingReport?
      let departures: [FindingReport]
    }

    struct Mismatch: Encodable {
      let step: Int
      let tensor: FindingReport
    }

    let name: String
    let library: String
    let plan = NetworkPlan.training
    let precision: Precision
    let passes: Bool
    let firstMismatch: Mismatch?
    let steps: [Step]

    enum CodingKeys: String, CodingKey {
      case name, library, plan, precision, passes, steps
      case firstMismatch = "first_departure"
    }
  }

  private let bound = Finding.bound
  private(set) var passes = true
  private let rule: RuleReport
  private var trainings: [Training] = []

  private enum CodingKeys: String, CodingKey {
    case bound, passes, rule, trainings
  }

  init(_ rule: UpdateRule) {
    self.rule = RuleReport(rule)
  }

  mutating func add(_ training: JudgedTraining, library: String) {
    passes = passes && training.passes
    trainings.append(
      Training(
        name: training.name, library: library, precision: training.precision, passes: training.passes,
        firstMismatch: training.firstMismatch.map {
          Training.Mismatch(step: $0.step, tensor: FindingReport($0.finding))
        },
        steps: training.steps.enumerated().map { step, judged in
          Training.Step(
            step: step, loss: judged.loss, passes: judged.judgment.passes,
            worst: judged.judgment.worst.map(FindingReport.init),
            departures: judged.judgment.findings.filter { !$0.passes }.map(FindingReport.init))
        }))
  }
}
