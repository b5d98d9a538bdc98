import NetworkInNetwork
import Reporting

/// The finding of one tensor, for programs.
struct FindingReport: Encodable {
  private let name: String
  private let layer: String
  private let layers: [String]
  private let shape: Shape
  private let absoluteError: Double
  private let relativeError: Double
  private let expectedRounding: Double
  private let units: Double
  private let unjudged: Int
  private let worstElement: [Int]
  private let passes: Bool

  private enum CodingKeys: String, CodingKey {
    case name, layer, layers, shape, units, unjudged, passes
    case absoluteError = "absolute_error"
    case relativeError = "relative_error"
    case expectedRounding = "expected_rounding"
    case worstElement = "worst_element"
  }

  init(_ finding: Finding) {
    name = finding.name
    layer = finding.layerName
    layers = finding.layers
    shape = finding.shape
    absoluteError = finding.difference.absolute
    relativeError = finding.difference.relative
    expectedRounding = finding.expectedRounding
    units = finding.units
    unjudged = finding.difference.unjudged
    worstElement = finding.worstIndices
    passes = finding.passes
  }
}

extension Finding {
  /// The layer or container that the tensor is named for; for logits and the loss, their own name.
  var layerName: String {
    let parts = name.split(separator: ".").dropFirst()
    guard !parts.isEmpty else { return name }
    return (isActivation ? parts : parts.dropLast()).joined(separator: ".")
  }

  /// The layers that computed it, in short: `net.2.0 + net.2.1` if they are fused.
  var location: String {
    switch layers.count {
    case 2 where layers.last == layerName: layers.joined(separator: " + ")
    default: layerName
    }
  }

  /// Whether it is the output of a layer or container.
  private var isActivation: Bool { name.hasPrefix(TensorName.activation("")) }

  /// The mismatch, in one line.
  var mismatch: String {
    let element = worstIndices.map(String.init).joined(separator: ", ")
    return
      "\(name) is off by \(scientific(difference.absolute)) at [\(element)], \(unitText(units)) units of "
      + "rounding; the limit is \(unitText(Finding.bound))"
  }
}

/// Units of the expected rounding in a few characters.
func unitText(_ units: Double) -> String {
  units < 1000 ? decimal(units, places: 1) : scientific(units)
}

extension NetworkPlan {
  /// The name of the plan for display.
  var title: String {
    switch self {
    case .separate: "separate layers"
    case .training: "training plan"
    case .prediction: "prediction plan"
    }
  }
}
