import Operations
import Tensors

/// The table of a model's layers: shapes, parameters, multiply-accumulates.
public struct Summary: Sendable, Codable, Equatable {
  /// A layer, or a container of layers that stands at the top level.
  public struct Row: Sendable, Codable, Equatable {
    /// The dotted name: `net.0.0`.
    public let name: String
    /// The kind of layer: `Conv2D`.
    public let type: String
    /// The shape of the output, batch included.
    public let outputShape: Shape
    /// How many numbers it learns.
    public let parameters: Int
    /// Multiply-accumulates of the forward pass for the whole batch.
    public let macs: Int
    /// For a container, how many layers stand directly in it.
    public let children: Int?

    private enum CodingKeys: String, CodingKey {
      case name, type, parameters, macs, children
      case outputShape = "output_shape"
    }
  }

  /// The rows in order, a container before its layers.
  public let layers: [Row]
  /// The shape of the input, batch included.
  public let inputShape: Shape
  /// How many numbers the model learns.
  public let parameters: Int
  /// Multiply-accumulates of the forward pass for the whole batch.
  public let macs: Int

  private enum CodingKeys: String, CodingKey {
    case layers, parameters, macs
    case inputShape = "input_shape"
  }

  /// Makes the table of a model for an input.
  ///
  /// - Throws: ``LayerError`` if the input does not fit.
  public init(_ model: Sequential, input: Shape) throws {
    inputShape = input
    var rows: [Row] = []
    var shape = input
    for (index, layer) in model.layers.enumerated() {
      let name = "net.\(index)"
      let resolved = try layer.resolved(for: shape, name: name)
      shape = resolved.last?.operation.outputShape ?? shape
      let leaves = resolved.map(Row.init)
      if let container = layer as? Sequential {
        rows.append(
          Row(
            name: name, type: Sequential.kind, outputShape: shape,
            parameters: leaves.reduce(0) { $0 + $1.parameters }, macs: leaves.reduce(0) { $0 + $1.macs },
            children: container.layers.count))
      }
      rows += leaves
    }
    layers = rows
    let leaves = rows.filter { $0.children == nil }
    parameters = leaves.reduce(0) { $0 + $1.parameters }
    macs = leaves.reduce(0) { $0 + $1.macs }
  }

  /// The rows of the model's top level, in the order of the book's `layer_summary`.
  public var topLevel: [Row] {
    layers.filter { $0.name.split(separator: ".").count == 2 }
  }
}

extension Summary.Row {
  /// The row of a layer that computes.
  init(_ layer: ResolvedLayer) {
    self.init(
      name: layer.name, type: layer.kind, outputShape: layer.operation.outputShape,
      parameters: layer.operation.parameters.reduce(0) { $0 + $1.shape.elementCount },
      macs: layer.operation.multiplyAccumulates, children: nil)
  }
}
