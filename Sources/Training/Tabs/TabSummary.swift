import Layers
import Tensors

/// A summary of the book's NiN with the names and layouts of a tab's framework.
///
/// Tests compare it character for character with the frameworks' output.
package struct TabSummary: Sendable {
  /// A layer, or a block at the top level.
  package struct Row: Sendable, Equatable {
    /// The dotted name in this package: `net.0.0`.
    package let name: String
    /// The Python class: `MaxPooling2D`.
    package let className: String
    /// The shape of the output as Python prints it.
    package let outputShape: String
    /// The shape of the kernel as the framework stores it; nil for a layer without one.
    package let kernelShape: String?
    /// The padding as in the tab's code; nil for a layer without a window.
    package let padding: String?
    /// Whether it is at the top level.
    package var isTopLevel: Bool { name.split(separator: ".").count == 2 }
  }

  /// The layers in order, a block before its layers.
  package let rows: [Row]
  private let tab: Tab

  /// Describes the tab's network.
  ///
  /// - Parameters:
  ///   - tab: The tab.
  ///   - image: The shape of an image, C×H×W.
  ///   - classes: The number of classes.
  /// - Throws: `LayerError` if the image does not fit.
  package init(_ tab: Tab, image: Shape, classes: Int) throws {
    self.tab = tab
    let model = try tab.choice(ModelChoice(.nin)).model(classes: classes)
    let summary = try Summary(model, input: image.batched(1))
    let layers = try model.resolved(for: image.batched(1))
    let operations = Dictionary(layers.map { ($0.name, $0.operation) }) { first, _ in first }
    rows = summary.layers.filter { !tab.isWithinLayerBefore($0.type) }.map { row in
      let operation = operations[row.name]
      let shape = Tab.tuple(tab.outputExtents(row.outputShape, ofKind: row.type))
      return Row(
        name: row.name, className: tab.className(ofKind: row.type), outputShape: shape,
        kernelShape: operation?.parameters.first.map { Tab.tuple(tab.kernelExtents($0.shape)) },
        padding: row.type == GlobalAvgPool2D.kind ? nil : operation.flatMap(tab.padding))
    }
  }

  /// The output of the tab's `layer_summary` (the book's section 7.6), a line for each top-level layer.
  package var lines: [String] {
    rows.filter(\.isTopLevel).map { row in
      let shape =
        tab == .pytorch ? "torch.Size([\(row.outputShape.dropFirst().dropLast())])" : row.outputShape
      return "\(row.className) output shape:\t \(shape)"
    }
  }
}
