/// A color on a light page, and the one that replaces it on a dark one.
package struct Paint: Hashable, Sendable {
  /// The color on a light page, as `#rrggbb`, or `none`.
  package let light: String
  /// The color on a dark page.
  package let dark: String

  /// Creates a pair of colors.
  ///
  /// - Parameters:
  ///   - light: The color on a light page, as `#rrggbb`.
  ///   - dark: The color on a dark page.
  package init(light: String, dark: String) {
    self.light = light
    self.dark = dark
  }

  /// No paint.
  package static let none = Paint(light: "none", dark: "none")
  /// The background of the page.
  package static let paper = Paint(light: "#ffffff", dark: "#0d1117")
  /// Text.
  package static let ink = Paint(light: "#24292f", dark: "#e6edf3")
  /// Secondary text, and axes.
  package static let muted = Paint(light: "#57606a", dark: "#9198a1")
  /// Leader lines and samples.
  package static let faint = Paint(light: "#afb8c1", dark: "#484f58")
  /// The lines of a grid.
  package static let grid = Paint(light: "#eaeef2", dark: "#21262d")
  /// A warning.
  package static let alert = Paint(light: "#cf222e", dark: "#ff7b72")

  /// The colors of series, in the order in which they are used.
  ///
  /// On both pages text in these colors has a contrast of at least 4; they also differ in lightness, for readers who
  /// cannot distinguish red from green.
  private static let ofSeries = [
    Paint(light: "#0969da", dark: "#58a6ff"), Paint(light: "#bc4c00", dark: "#f0883e"),
    Paint(light: "#1a7f37", dark: "#3fb950"), Paint(light: "#8250df", dark: "#bc8cff"),
    Paint(light: "#bf3989", dark: "#f778ba"), Paint(light: "#57606a", dark: "#9198a1"),
  ]

  /// The number of series with distinct colors.
  package static let seriesCount = ofSeries.count

  /// The color of a series; after the last they repeat.
  ///
  /// - Parameter index: The series, from 0.
  /// - Returns: Its color.
  package static func series(_ index: Int) -> Paint { ofSeries[index % ofSeries.count] }

  /// The name of its class in a style sheet, the same for the same colors.
  var className: String { "\(light.dropFirst())-\(dark.dropFirst())" }
}
