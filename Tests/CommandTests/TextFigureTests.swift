import Testing

@testable import NinCommand

@Suite("The figure in characters")
struct TextFigureTests {
  private static let curves = [
    TextFigure.Curve(
      "train_loss", [(0.25, 2.3), (0.75, 1.5), (1.25, 1), (1.75, 0.8)], pattern: [1], color: 34),
    TextFigure.Curve("val_loss", [(1, 1.2), (2, .nan)], pattern: [4, 3], color: 33),
    TextFigure.Curve("val_acc", [(1, 0.6), (2, 0.8)], pattern: [5, 2, 1, 2], color: 32),
  ]

  private func figure(epochs: Int = 10, hasColors: Bool = false) -> TextFigure {
    TextFigure(curves: Self.curves, epochs: epochs, hasColors: hasColors)
  }

  @Test("fits into every width, with axes and the book's names", arguments: ProgressLineTests.widths)
  func fits(width: Int) {
    let lines = figure().lines(width: width, height: 16)
    #expect(lines.count == 16)
    #expect(lines.allSatisfy { LiveText.visibleCount($0) <= width }, "\(lines.joined(separator: "\n"))")
    // A narrow terminal has the names in two lines.
    let legend = lines.prefix { !$0.contains("┤") }
    #expect(legend.count == (width < 60 ? 2 : 1))
    for name in ["train_loss", "val_loss", "val_acc"] { #expect(legend.joined().contains(name)) }
    #expect(lines[legend.count].contains("2.5 ┤") && lines[13].contains("0 ┤"))
    let axis = lines[15].split(separator: " ").filter { $0 != "epoch" }.compactMap { Int($0) }
    #expect(axis.first == 0 && axis.last == 10 && axis == axis.sorted())
  }

  @Test("has colors only if requested")
  func colors() {
    #expect(!figure().lines(width: 80, height: 16).joined().contains("\u{1B}"))
    #expect(figure(hasColors: true).lines(width: 80, height: 16).joined().contains("\u{1B}[34m"))
  }

  @Test("is empty without space, and drawn without points")
  func limits() {
    #expect(figure().lines(width: 12, height: 16).isEmpty && figure().lines(width: 80, height: 5).isEmpty)
    #expect(TextFigure(curves: [], epochs: 1, hasColors: false).lines(width: 40, height: 10).count == 10)
    #expect(figure(epochs: 1000).lines(width: 40, height: 10).allSatisfy { $0.count <= 40 })
  }

  @Test("names every curve, however many and however long their names")
  func legend() {
    let curves = (0..<12).map {
      TextFigure.Curve("run \($0) \(String(repeating: "x", count: 50))", [(1, 0.5)], pattern: [1], color: 34)
    }
    let lines = TextFigure(curves: curves, epochs: 2, hasColors: true).lines(width: 40, height: 30)
    #expect(lines.count == 30 && lines.allSatisfy { LiveText.visibleCount($0) <= 40 })
    for index in 0..<12 { #expect(lines.contains { $0.contains("run \(index) x") }) }
  }

  @Test("draws lines from point to point, some with gaps")
  func canvas() {
    var canvas = BrailleCanvas(columns: 4, rows: 1)
    canvas.draw([(0, 0), (7, 0)], pattern: [1], color: 0)
    #expect(canvas.lines(hasColors: false) == ["⠉⠉⠉⠉"])
    canvas.draw([(0, 3), (7, 3)], pattern: [2, 2], color: 0)
    #expect(canvas.lines(hasColors: false) == ["⣉⠉⣉⠉"])
    canvas.draw([(-5, 90), (.infinity, 2)], pattern: [1], color: 0)
  }
}
