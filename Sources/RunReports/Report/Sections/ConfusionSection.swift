import Reporting
import Tensors
import Training

/// The confusion matrix: a row per class, a column per predicted class.
struct ConfusionSection: ReportSection {
  let title = "Confusion matrix"
  /// The maximum number of classes, since browsers are slow with larger matrices; the most frequently confused ones are
  /// shown.
  static let maximumClasses = 150
  /// With more classes the cells are small.
  private static let maximumLargeClasses = 20

  func content(of report: RunReport) -> HTML? {
    guard let judged = report.judged else {
      return .paragraph(
        "Unavailable: no held-out or test images were classified for this page.")
    }
    let classes = shownClasses(judged.matrix)
    let left = judged.matrix.classes - classes.count
    let note =
      left > 0
      ? " \(counted(left, "class")) with fewer confusions \(left == 1 ? "is" : "are") omitted."
      : ""
    let text =
      "Each row is a class, each column a predicted class; colors show shares of the row. "
      + "\(grouped(judged.matrix.correct)) of \(grouped(judged.matrix.count)) \(judged.name) images are classified "
      + "correctly.\(note)"
    return HTML([.paragraph(text), .scrolled(title, table(judged, classes))])
  }

  private func shownClasses(_ matrix: ConfusionMatrix) -> [Int] {
    guard matrix.classes > Self.maximumClasses else { return Array(0..<matrix.classes) }
    let wrong = matrix.figures.map { $0.support + $0.predictions - 2 * $0.correct }
    return wrong.indices.sorted { (wrong[$1], $0) < (wrong[$0], $1) }.prefix(Self.maximumClasses).sorted()
  }

  private func table(_ judged: JudgedImages, _ classes: [Int]) -> HTML {
    let (matrix, names) = (judged.matrix, judged.images.classNames)
    let heads = classes.map {
      HTML.element("th", with: ["scope": "col", "title": names[$0]], [.element("span", names[$0])])
    }
    let rows = classes.map { label -> HTML in
      let support = matrix.support(of: label)
      let cells = classes.map { cell(matrix[label, $0], of: support, isRight: $0 == label) }
      return .element(
        "tr", [.element("th", with: ["scope": "row", "title": names[label]], names[label])] + cells)
    }
    let style = classes.count > Self.maximumLargeClasses ? "matrix dense" : "matrix"
    let corner = HTML.element("th", with: ["scope": "col"], "class")
    return .element(
      "table", with: ["class": style],
      [.element("thead", [.element("tr", [corner] + heads)]), .element("tbody", rows)])
  }

  private func cell(_ count: Int, of support: Int, isRight: Bool) -> HTML {
    guard count > 0 else { return HTML(markup: "<td></td>") }
    let share = Double(count) / Double(support)
    // Confusions are rare compared with correct answers; their square root makes them visible.
    let depth = isRight ? share : share.squareRoot()
    return .element(
      "td",
      with: [
        "class": (isRight ? "right" : "wrong") + (depth > 0.72 ? " strong" : ""),
        "style": "--share:\(decimal(depth, places: 2))",
      ], "\(count)")
  }
}
