import Reporting

/// A picture as SVG, element by element.
///
/// It is light or dark according to the reader's system, and light in programs without style sheets; it needs no fonts
/// beyond the system's.
package struct SVG {
  /// A point, in pixels from the top left.
  package struct Point: Equatable, Sendable {
    /// From the left.
    package var x: Double
    /// From the top.
    package var y: Double

    /// Creates a point.
    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The alignment of text to its point.
  package enum Anchor: String, Sendable {
    /// The text begins at the point.
    case start
    /// The point is in the middle of the text.
    case middle
    /// The text ends at the point.
    case end
  }

  /// The color, width and dashes of a line.
  package struct Stroke: Sendable {
    /// Its color.
    package var paint: Paint
    /// Its width, in pixels.
    package var width: Double
    /// The lengths of dashes and gaps, in pixels; empty for a solid line.
    package var dashes: [Double]

    /// Creates a stroke.
    ///
    /// - Parameters:
    ///   - paint: Its color.
    ///   - width: Its width, in pixels.
    ///   - dashes: The lengths of dashes and gaps, in pixels.
    package init(_ paint: Paint, width: Double = 1, dashes: [Double] = []) {
      self.paint = paint
      self.width = width
      self.dashes = dashes
    }
  }

  /// The title, for browser tabs and screen readers; may be empty.
  package var title = ""
  private let width: Double
  private let height: Double
  private var elements: [String] = []
  private var fills: Set<Paint> = []
  private var strokes: Set<Paint> = []

  /// Creates an empty picture.
  ///
  /// - Parameters:
  ///   - width: Its width, in pixels.
  ///   - height: Its height, in pixels.
  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The complete document, for a file.
  package var document: String {
    var page = SVG(width: width, height: height)
    let role = title.isEmpty ? "" : " role=\"group\" aria-label=\"\(Markup.escaped(title))\""
    if !title.isEmpty { page.elements.append("<title>\(Markup.escaped(title))</title>") }
    page.elements.append("<rect width=\"100%\" height=\"100%\"\(page.filled(.paper))/>")
    page.elements += elements
    page.fills.formUnion(fills)
    page.strokes.formUnion(strokes)
    let size = "width=\"\(Self.text(width))\" height=\"\(Self.text(height))\""
    return page.markup("\(size)\(role) style=\"max-width:100%;height:auto\"") + "\n"
  }

  /// The element for an HTML page, as wide as possible, on the page's background.
  ///
  /// - Parameter label: The description for screen readers.
  /// - Returns: The element.
  package func embedded(label: String) -> String {
    markup(
      "role=\"img\" aria-label=\"\(Markup.escaped(label))\" "
        + "style=\"width:100%;max-width:\(Self.text(width))px;height:auto\"")
  }

  private func markup(_ attributes: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" \(attributes) \
    viewBox="0 0 \(Self.text(width)) \(Self.text(height))" font-family="Helvetica, Arial, sans-serif">
    <style>@media (prefers-color-scheme: dark) { \(darkRules) }</style>
    \(elements.joined(separator: "\n"))
    </svg>
    """
  }

  private var darkRules: String {
    let rules =
      fills.map { ".f-\($0.className) { fill: \($0.dark) }" }
      + strokes.map { ".s-\($0.className) { stroke: \($0.dark) }" }
    return rules.sorted().joined(separator: " ")
  }

  // MARK: Elements

  /// Adds the drawing of a function, translated.
  ///
  /// - Parameters:
  ///   - offset: The offset to the right and down, in pixels.
  ///   - draw: The function.
  package mutating func shifted(by offset: Point, _ draw: (inout SVG) -> Void) {
    elements.append("<g transform=\"translate(\(Self.text(offset.x)) \(Self.text(offset.y)))\">")
    draw(&self)
    elements.append("</g>")
  }

  /// Adds a straight line.
  package mutating func line(_ start: Point, _ end: Point, _ stroke: Stroke) {
    polyline([start, end], stroke)
  }

  /// Adds a line through some points.
  package mutating func polyline(_ points: [Point], _ stroke: Stroke) {
    let dashes = stroke.dashes.map(Self.text).joined(separator: " ")
    elements.append(
      "<polyline points=\"\(Self.list(points))\"\(painted(fill: .none, stroke: stroke.paint)) "
        + "stroke-width=\"\(Self.text(stroke.width))\" stroke-linejoin=\"round\""
        + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\"") + "/>")
  }

  /// Adds a closed shape through some points.
  package mutating func polygon(
    _ points: [Point], fill: Paint, stroke: Paint = .none, opacity: Double = 1
  ) {
    elements.append(
      "<polygon points=\"\(Self.list(points))\"\(painted(fill: fill, stroke: stroke))\(Self.faded(opacity))/>"
    )
  }

  /// Adds a circle.
  package mutating func circle(
    _ center: Point, radius: Double, fill: Paint, stroke: Paint = .none, opacity: Double = 1
  ) {
    elements.append(
      "<circle cx=\"\(Self.text(center.x))\" cy=\"\(Self.text(center.y))\" r=\"\(Self.text(radius))\""
        + "\(painted(fill: fill, stroke: stroke))\(Self.faded(opacity))/>")
  }

  /// Adds a line of text.
  ///
  /// - Parameters:
  ///   - text: The text, which is escaped.
  ///   - point: The point that it is aligned to, on its baseline.
  ///   - size: The font's size, in pixels.
  ///   - fill: Its color.
  ///   - anchor: Its alignment to the point.
  ///   - isBold: Whether it is bold.
  ///   - rotation: Its rotation in degrees, clockwise.
  package mutating func text(
    _ text: String, at point: Point, size: Double, fill: Paint = .ink, anchor: Anchor = .start,
    isBold: Bool = false, rotation: Double = 0
  ) {
    let weight = isBold ? " font-weight=\"bold\"" : ""
    let turn =
      rotation == 0
      ? "" : " transform=\"rotate(\(Self.text(rotation)) \(Self.text(point.x)) \(Self.text(point.y)))\""
    elements.append(
      "<text x=\"\(Self.text(point.x))\" y=\"\(Self.text(point.y))\" font-size=\"\(Self.text(size))\""
        + "\(filled(fill)) text-anchor=\"\(anchor.rawValue)\"\(weight)\(turn)>\(Markup.escaped(text))</text>")
  }

  /// Adds a picture made of pixels.
  ///
  /// - Parameters:
  ///   - source: The picture as a data URI, so that the document is self-contained.
  ///   - corner: Its upper left corner.
  ///   - width: Its displayed width, in pixels.
  ///   - height: Its displayed height, in pixels.
  ///   - label: The description for screen readers and as a tooltip.
  ///   - isPixelated: Whether pixels stay square when it is enlarged.
  package mutating func image(
    _ source: String, at corner: Point, width: Double, height: Double, label: String,
    isPixelated: Bool = false
  ) {
    let label = Markup.escaped(label)
    elements.append(
      "<image x=\"\(Self.text(corner.x))\" y=\"\(Self.text(corner.y))\" width=\"\(Self.text(width))\" "
        + "height=\"\(Self.text(height))\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(label)\" "
        + "href=\"\(Markup.escaped(source))\"\(isPixelated ? " style=\"image-rendering:pixelated\"" : "")>"
        + "<title>\(label)</title></image>")
  }

  // MARK: Attributes

  private mutating func filled(_ fill: Paint) -> String {
    fills.insert(fill)
    return " class=\"f-\(fill.className)\" fill=\"\(fill.light)\""
  }

  private mutating func painted(fill: Paint, stroke: Paint) -> String {
    fills.formUnion([fill].filter { $0 != .none })
    strokes.formUnion([stroke].filter { $0 != .none })
    let classes =
      [fill].filter { $0 != .none }.map { "f-\($0.className)" }
      + [stroke].filter { $0 != .none }.map { "s-\($0.className)" }
    return " class=\"\(classes.joined(separator: " "))\" fill=\"\(fill.light)\" stroke=\"\(stroke.light)\""
  }

  private static func list(_ points: [Point]) -> String {
    points.map { "\(text($0.x)),\(text($0.y))" }.joined(separator: " ")
  }

  private static func faded(_ opacity: Double) -> String {
    opacity < 1 ? " fill-opacity=\"\(text(opacity))\"" : ""
  }

  private static func text(_ number: Double) -> String { decimal(number, places: 1) }
}
