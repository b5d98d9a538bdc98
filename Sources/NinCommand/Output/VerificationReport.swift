import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The findings of all recordings.
struct VerificationReport: Encodable {
  private struct Entry: Encodable {
    struct Windows: Encodable {
      let layer: String
      let differing: Int
      let windows: Int
    }

    let name: String
    let library: String?
    let plan: NetworkPlan?
    let precision: Precision
    let passes: Bool
    let firstMismatch: FindingReport?
    let windows: [Windows]
    let activations: [FindingReport]
    let state: [FindingReport]
    let gradients: [FindingReport]

    enum CodingKeys: String, CodingKey {
      case name, library, plan, precision, passes, windows, activations, state, gradients
      case firstMismatch = "first_departure"
    }
  }

  private let bound = Finding.bound
  private(set) var passes = true
  private var recordings: [Entry] = []
  private let uncompared: [String]
  private var lines: [String] = []

  private enum CodingKeys: String, CodingKey {
    case bound, passes, recordings, uncompared
  }

  init(uncompared: [String]) {
    self.uncompared = uncompared
  }

  mutating func add(_ judgment: Judgment, library: String?) {
    passes = passes && judgment.passes
    lines.append(Self.line(judgment, isTrace: library == nil))
    recordings.append(
      Entry(
        name: judgment.name, library: library, plan: judgment.plan, precision: judgment.precision,
        passes: judgment.passes,
        firstMismatch: judgment.firstMismatch.map(FindingReport.init),
        windows: judgment.windows.map {
          Entry.Windows(layer: $0.layer, differing: $0.differing, windows: $0.windows)
        },
        activations: judgment.forward.map(FindingReport.init),
        state: judgment.state.map(FindingReport.init),
        gradients: judgment.backward.reversed().map(FindingReport.init)))
  }

  /// A line for each recording with its conclusion.
  var conclusion: String { lines.joined(separator: "\n") }

  /// The tensors of a trace that were not compared.
  var uncomparedLine: String {
    guard !uncompared.isEmpty else { return "all tensors of the trace were compared\n" }
    let shown = uncompared.prefix(8).joined(separator: ", ")
    let rest = uncompared.count > 8 ? " and \(uncompared.count - 8) more" : ""
    return
      "\(counted(uncompared.count, "tensor")) of the trace \(uncompared.count == 1 ? "was" : "were") not compared: \(shown)\(rest)\n"
  }

  private static func line(_ judgment: Judgment, isTrace: Bool) -> String {
    let plan = isTrace ? nil : judgment.plan
    let title = judgment.name + (plan.map { ", \($0.title)" } ?? "")
    guard let first = judgment.firstMismatch else {
      let worst =
        judgment.worst.map { ", at most \(unitText($0.units)) units, at \($0.name)" } ?? ""
      return Color.green("\(title): within rounding error\(worst)")
    }
    return Color.red("\(title): first mismatch at \(first.location): \(first.mismatch)")
  }
}
