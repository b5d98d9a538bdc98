import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A picture as SVG, element by element.
struct SVG {
  /// A place, in pixels from the top left.
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  /// On which side of its place a text stands.
  enum Anchor: String {
    case start, middle, end
  }

  private let width: Double
  private let height: Double
  private var elements: [String] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The whole document.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.text(width))" height="\(Self.text(height))" \
    viewBox="0 0 \(Self.text(width)) \(Self.text(height))" font-family="Helvetica, Arial, sans-serif">
    <rect width="100%" height="100%" fill="#ffffff"/>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  /// Adds what a function draws, all of it so much further down.
  mutating func shifted(down distance: Double, _ draw: (inout SVG) -> Void) {
    elements.append("<g transform=\"translate(0 \(Self.text(distance)))\">")
    draw(&self)
    elements.append("</g>")
  }

  mutating func line(_ start: Point, _ end: Point, stroke: String, width: Double = 1, dash: String? = nil) {
    polyline([start, end], stroke: stroke, width: width, dash: dash)
  }

  mutating func polyline(
    _ points: [Point], stroke: String, width: Double, fill: String = "none", dash: String? = nil
  ) {
    let dashes = dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    elements.append(
      "<polyline points=\"\(Self.list(points))\" fill=\"\(fill)\" stroke=\"\(stroke)\" "
        + "stroke-width=\"\(Self.text(width))\"\(dashes)/>")
  }

  mutating func polygon(_ points: [Point], fill: String, stroke: String = "none", opacity: Double = 1) {
    elements.append(
      "<polygon points=\"\(Self.list(points))\" fill=\"\(fill)\" stroke=\"\(stroke)\"\(Self.faded(opacity))/>"
    )
  }

  mutating func circle(
    _ centre: Point, radius: Double, fill: String, stroke: String = "none", opacity: Double = 1
  ) {
    elements.append(
      "<circle cx=\"\(Self.text(centre.x))\" cy=\"\(Self.text(centre.y))\" r=\"\(Self.text(radius))\" "
        + "fill=\"\(fill)\" stroke=\"\(stroke)\"\(Self.faded(opacity))/>")
  }

  mutating func text(
    _ text: String, at place: Point, size: Double, fill: String = "#24292f", anchor: Anchor = .start,
    isBold: Bool = false, rotation: Double = 0
  ) {
    let weight = isBold ? " font-weight=\"bold\"" : ""
    let turn =
      rotation == 0
      ? "" : " transform=\"rotate(\(Self.text(rotation)) \(Self.text(place.x)) \(Self.text(place.y)))\""
    elements.append(
      "<text x=\"\(Self.text(place.x))\" y=\"\(Self.text(place.y))\" font-size=\"\(Self.text(size))\" "
        + "fill=\"\(fill)\" text-anchor=\"\(anchor.rawValue)\"\(weight)\(turn)>\(Self.escaped(text))</text>")
  }

  private static func list(_ points: [Point]) -> String {
    points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
  }

  private static func faded(_ opacity: Double) -> String {
    opacity < 1 ? " fill-opacity=\"\(text(opacity))\"" : ""
  }

  private static func text(_ number: Double) -> String { decimal(number, places: 1) }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: String(character)
      }
    }.joined()
  }
}

/// Numbers along a line of pixels, by their logarithm.
struct LogAxis {
  /// The numbers at both ends.
  let range: ClosedRange<Double>
  private let start: Double
  private let end: Double

  /// - Parameters:
  ///   - range: The numbers at the ends, more than 0.
  ///   - start: The pixel of the lower one.
  ///   - end: The pixel of the upper one.
  init(_ range: ClosedRange<Double>, from start: Double, to end: Double) {
    self.range = range
    self.start = start
    self.end = end
  }

  /// Where a number lies.
  func position(_ number: Double) -> Double {
    let share = log(number / range.lowerBound) / log(range.upperBound / range.lowerBound)
    return start + (end - start) * share
  }

  /// Round numbers in the range: 1, 2 and 5 times the powers of ten.
  var ticks: [Double] {
    let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
    return decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
      .filter(range.contains)
  }

  /// A tick's number for people.
  static func label(_ tick: Double) -> String {
    tick >= 1
      ? grouped(Int(tick.rounded())) : decimal(tick, places: -Int(log10(tick).rounded(.down)))
  }
}
