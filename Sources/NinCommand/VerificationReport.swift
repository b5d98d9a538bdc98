import NetworkInNetwork
import Reporting

/// What was found of all recordings.
struct VerificationReport: Encodable {
  private struct Entry: Encodable {
    struct Tensor: Encodable {
      let name: String
      let layer: String
      let shape: Shape
      let absoluteError: Double
      let relativeError: Double
      let expectedRounding: Double
      let units: Double
      let unjudged: Int
      let worstElement: [Int]
      let passes: Bool

      enum CodingKeys: String, CodingKey {
        case name, layer, shape, units, unjudged, passes
        case absoluteError = "absolute_error"
        case relativeError = "relative_error"
        case expectedRounding = "expected_rounding"
        case worstElement = "worst_element"
      }

      init(_ finding: Finding) {
        name = finding.name
        layer = finding.layerName
        shape = finding.shape
        absoluteError = finding.difference.absolute
        relativeError = finding.difference.relative
        expectedRounding = finding.expectedRounding
        units = finding.units
        unjudged = finding.difference.unjudged
        worstElement = finding.worstPlace
        passes = finding.passes
      }
    }

    struct Windows: Encodable {
      let layer: String
      let differing: Int
      let windows: Int
    }

    let name: String
    let library: String?
    let precision: Precision
    let passes: Bool
    let firstDeparture: Tensor?
    let windows: [Windows]
    let activations: [Tensor]
    let gradients: [Tensor]

    enum CodingKeys: String, CodingKey {
      case name, library, precision, passes, windows, activations, gradients
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
    lines.append(Self.line(judgement))
    recordings.append(
      Entry(
        name: judgement.name, library: library, precision: judgement.precision, passes: judgement.passes,
        firstDeparture: judgement.firstDeparture.map(Entry.Tensor.init),
        windows: judgement.windows.map {
          Entry.Windows(layer: $0.layer, differing: $0.differing, windows: $0.windows)
        },
        activations: judgement.forward.map(Entry.Tensor.init),
        gradients: judgement.backward.reversed().map(Entry.Tensor.init)))
  }

  /// A line for each recording: what it comes to.
  var conclusion: String { lines.joined(separator: "\n") }

  /// What of a trace nothing was compared with.
  var uncomparedLine: String {
    guard !uncompared.isEmpty else { return "all tensors of the trace were compared\n" }
    let shown = uncompared.prefix(8).joined(separator: ", ")
    let rest = uncompared.count > 8 ? " and \(uncompared.count - 8) more" : ""
    return "\(uncompared.count) tensors of the trace were not compared: \(shown)\(rest)\n"
  }

  private static func line(_ judgement: Judgement) -> String {
    guard let first = judgement.firstDeparture else {
      let worst =
        judgement.worst.map { ", the most at \($0.name) with \(unitText($0.units)) units of it" } ?? ""
      return Colour.green("\(judgement.name): rounding explains everything\(worst)")
    }
    let place = first.worstPlace.map(String.init).joined(separator: ", ")
    return Colour.red(
      "\(judgement.name): departs first at \(first.layerName): \(first.name) is off by "
        + "\(scientific(first.difference.absolute)) at [\(place)], \(unitText(first.units)) units of rounding where "
        + "\(unitText(Finding.bound)) pass")
  }
}
