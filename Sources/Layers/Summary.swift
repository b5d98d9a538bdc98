import Operations
import Tensors

/// The table of a model's layers: shapes, parameters, multiply-accumulates.
public struct Summary: Sendable, Codable, Equatable {
  /// A layer, or a container of layers at the top level.
  public struct Row: Sendable, Codable, Equatable {
    /// The dotted name: `net.0.0`.
    public let name: String
    /// The kind of layer: `Conv2D`.
    public let type: String
    /// The shape of the input, batch included.
    public let inputShape: Shape
    /// The shape of the output, batch included.
    public let outputShape: Shape
    /// The extents of the window that moves over the input; nil if there is none.
    public let kernel: Extent2D?
    /// The number of learned parameters.
    public let parameters: Int
    /// Multiply-accumulates of the forward pass for the whole batch.
    public let macs: Int
    /// The number of layers directly in a container; nil for a layer.
    public let children: Int?

    private enum CodingKeys: String, CodingKey {
      case name, type, kernel, parameters, macs, children
      case inputShape = "input_shape"
      case outputShape = "output_shape"
    }
  }

  /// The rows in order, a container before its layers.
  public let layers: [Row]
  /// The shape of the input, batch included.
  public let inputShape: Shape
  /// The model's number of learned parameters.
  public let parameters: Int
  /// Multiply-accumulates of the forward pass for the whole batch.
  public let macs: Int

  private enum CodingKeys: String, CodingKey {
    case layers, parameters, macs
    case inputShape = "input_shape"
  }

  /// Creates the table of a model for an input.
  ///
  /// - Throws: ``LayerError`` if the input does not fit.
  public init(_ model: Sequential, input: Shape) throws {
    inputShape = input
    var rows: [Row] = []
    var shape = input
    for (index, layer) in model.layers.enumerated() {
      let name = "net.\(index)"
      let resolved = try layer.resolved(for: shape, name: name)
      let input = shape
      shape = resolved.last?.operation.outputShape ?? shape
      let leaves = resolved.map(Row.init)
      if let container = layer as? Sequential {
        rows.append(
          Row(
            name: name, type: Sequential.kind, inputShape: input, outputShape: shape, kernel: nil,
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

  /// The number of learned parameters in dense layers.
  public var denseParameters: Int {
    layers.reduce(0) { $0 + ($1.type == Dense.kind ? $1.parameters : 0) }
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
      name: layer.name, type: layer.kind, inputShape: layer.operation.inputShape,
      outputShape: layer.operation.outputShape, kernel: layer.operation.kernel,
      parameters: layer.operation.parameters.reduce(0) { $0 + $1.shape.elementCount },
      macs: layer.operation.multiplyAccumulates, children: nil)
  }
}

extension TensorOperation {
  /// The extents of the window that moves over the input; nil if there is none.
  fileprivate var kernel: Extent2D? {
    switch self {
    case .convolution(let geometry, _): geometry.window.kernel
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.window.kernel
    case .dense, .batchNormalization, .relu, .sigmoid, .dropout, .flatten, .softmax: nil
    }
  }
}
