import Backends
import Layers
import Operations
import Tensors

/// A parameter of a network, in its kernel's layout.
struct Parameter {
  /// The dotted name: `net.0.0.weight`.
  let name: String
  /// Role, plain shape and fans.
  let specification: ParameterSpecification
  /// The layout of the elements.
  let layout: Layout
  /// Whether it is trained.
  let isTrained: Bool
  /// The offset in the buffers of values, averages and the optimizer's slots.
  let offset: Int
  /// The offset of its gradient among the gradients of its layer.
  let layerOffset: Int
  /// The index of its layer among those that the network runs.
  let layer: Int

  /// The first byte after it, rounded up.
  var end: Int { offset + AlignedBuffer.rounded(layout.byteCount) }

  /// The parameters of a layer's owners, stored one after the other: in the kernel's layouts, unless its parameters are
  /// computed from them.
  static func all(
    of layer: ResolvedLayer, layouts: [Layout], _ options: NetworkOptions, from start: Int, layer index: Int
  ) -> [Parameter] {
    var parameters: [Parameter] = []
    for owner in layer.owners {
      let layouts =
        layer.folded.isEmpty
        ? layouts
        : owner.operation.parameters.map { Layout(plain: $0.shape, options.precision.parameterType) }
      for (specification, layout) in zip(owner.operation.parameters, layouts) {
        let offset = parameters.last?.end ?? start
        let name = owner.parameterName(specification)
        parameters.append(
          Parameter(
            name: name, specification: specification, layout: layout,
            isTrained: !options.frozen.contains(name), offset: offset, layerOffset: offset - start,
            layer: index))
      }
    }
    return parameters
  }
}
