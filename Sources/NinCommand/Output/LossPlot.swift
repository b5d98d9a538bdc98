import NetworkInNetwork
import Reporting

/// The losses of several trainings over their steps, drawn as SVG: to be looked at, for right trainings part too.
struct LossPlot {
  private struct Curve {
    let name: String
    let losses: [Double]
  }

  private let curves: [Curve]
  private let steps: Int
  private let lowest: Double
  private let highest: Double

  private static let size = (width: 640.0, height: 400.0)
  private static let margin = (left: 64.0, right: 16.0, top: 40.0, bottom: 48.0)
  private static let colours = ["#24292f", "#0969da", "#cf222e", "#1a7f37", "#8250df", "#bf8700"]

  init(_ trainings: [JudgedTraining]) {
    curves = trainings.map { Curve(name: $0.name, losses: $0.steps.map(\.loss)) }
    steps = max((curves.map(\.losses.count).max() ?? 0) - 1, 1)
    let losses = curves.flatMap(\.losses).filter(\.isFinite)
    lowest = losses.min() ?? 0
    highest = max(losses.max() ?? 1, lowest + 1e-6)
  }

  /// The document.
  var svg: String {
    let (width, height) = (Self.text(Self.size.width), Self.text(Self.size.height))
    let lines = curves.enumerated().map { line($1, $0) } + axes + curves.enumerated().map { legend($1, $0) }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" font-family="Helvetica, Arial, sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(lines.joined(separator: "\n"))
      </svg>

      """
  }

  private func x(_ step: Int) -> Double {
    let room = Self.size.width - Self.margin.left - Self.margin.right
    return Self.margin.left + room * Double(step) / Double(steps)
  }

  private func y(_ loss: Double) -> Double {
    let room = Self.size.height - Self.margin.top - Self.margin.bottom
    return Self.margin.top + room * (highest - loss) / (highest - lowest)
  }

  /// Later curves are thinner, so that those beneath are seen where they coincide.
  private func line(_ curve: Curve, _ index: Int) -> String {
    let points = curve.losses.enumerated().filter { $0.element.isFinite }
      .map { "\(Self.text(x($0.offset))),\(Self.text(y($0.element)))" }
    let width = Self.text(max(6 - 2 * Double(index), 1))
    return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" "
      + "stroke=\"\(colour(index))\" stroke-width=\"\(width)\" stroke-opacity=\"0.75\"/>"
  }

  private var axes: [String] {
    let (bottom, left) = (Self.size.height - Self.margin.bottom, Self.margin.left)
    let corner =
      "\(Self.text(left)),\(Self.text(Self.margin.top)) \(Self.text(left)),\(Self.text(bottom)) "
      + "\(Self.text(Self.size.width - Self.margin.right)),\(Self.text(bottom))"
    let stepMarks = (0...4).map { $0 * steps / 4 }.reduce(into: [Int]()) {
      if $0.last != $1 { $0.append($1) }
    }
    let lossMarks = (0...4).map { lowest + (highest - lowest) * Double($0) / 4 }
    return ["<polyline points=\"\(corner)\" fill=\"none\" stroke=\"#57606a\"/>"]
      + stepMarks.map { label("\($0)", x($0), bottom + 18, "middle") }
      + lossMarks.map { label(decimal($0, places: 4), left - 6, y($0) + 4, "end") }
      + [
        label("step", (left + Self.size.width) / 2, bottom + 36, "middle"), label("loss", left, 24, "middle"),
      ]
  }

  private func legend(_ curve: Curve, _ index: Int) -> String {
    let place = Self.margin.left + 48 + 110 * Double(index)
    return "<rect x=\"\(Self.text(place))\" y=\"15\" width=\"12\" height=\"10\" fill=\"\(colour(index))\"/>\n"
      + label(curve.name, place + 18, 24, "start")
  }

  private func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
    "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" text-anchor=\"\(anchor)\" fill=\"#24292f\">\(text)</text>"
  }

  private func colour(_ index: Int) -> String { Self.colours[index % Self.colours.count] }

  private static func text(_ number: Double) -> String { decimal(number, places: 1) }
}
