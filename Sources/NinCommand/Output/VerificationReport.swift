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
    let firstDeparture: FindingReport?
    let windows: [Windows]
    let activations: [FindingReport]
    let state: [FindingReport]
    let gradients: [FindingReport]

    enum CodingKeys: String, CodingKey {
      case name, library, plan, precision, passes, windows, activations, state, gradients
      case firstDeparture = "first_departure"
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

  mutating func add(_ judgement: Judgement, library: String?) {
    passes = passes && judgement.passes
    lines.append(Self.line(judgement, isTrace: library == nil))
    recordings.append(
      Entry(
        name: judgement.name, library: library, plan: judgement.plan, precision: judgement.precision,
        passes: judgement.passes,
        firstDeparture: judgement.firstDeparture.map(FindingReport.init),
        windows: judgement.windows.map {
          Entry.Windows(layer: $0.layer, differing: $0.differing, windows: $0.windows)
        },
        activations: judgement.forward.map(FindingReport.init),
        state: judgement.state.map(FindingReport.init),
        gradients: judgement.backward.reversed().map(FindingReport.init)))
  }

  /// A line for each recording with its conclusion.
  var conclusion: String { lines.joined(separator: "\n") }

  /// The tensors of a trace that nothing was compared with.
  var uncomparedLine: String {
    guard !uncompared.isEmpty else { return "all tensors of the trace were compared\n" }
    let shown = uncompared.prefix(8).joined(separator: ", ")
    let rest = uncompared.count > 8 ? " and \(uncompared.count - 8) more" : ""
    return "\(uncompared.count) tensors of the trace were not compared: \(shown)\(rest)\n"
  }

  private static func line(_ judgement: Judgement, isTrace: Bool) -> String {
    let plan = isTrace ? nil : judgement.plan
    let title = judgement.name + (plan.map { ", \($0.title)" } ?? "")
    guard let first = judgement.firstDeparture else {
      let worst =
        judgement.worst.map { ", the most at \($0.name) with \(unitText($0.units)) units of it" } ?? ""
      return Colour.green("\(title): rounding explains everything\(worst)")
    }
    return Colour.red("\(title): departs first at \(first.place): \(first.departure)")
  }
}
