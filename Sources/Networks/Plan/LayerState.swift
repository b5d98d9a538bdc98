import Backends
import Layers
import Operations
import Tensors

/// A plain tensor of a layer's state.
struct LayerState {
  /// The dotted name: `net.0.1.running_mean`.
  let name: String
  /// Shape, initial value, and whether it is a counter.
  let specification: StateSpecification
  /// The layout of the elements.
  let layout: Layout
  /// The offset in the buffer of all state.
  let offset: Int

  /// The first byte after it, rounded up.
  var end: Int { offset + AlignedBuffer.rounded(layout.byteCount) }

  /// The state of a layer's owners, stored one after the other.
  static func all(of layer: ResolvedLayer, precision: Precision, from start: Int) -> [LayerState] {
    var states: [LayerState] = []
    for owner in layer.owners {
      for specification in owner.operation.state {
        let type = specification.isCount ? ElementType.int64 : precision.parameterType
        states.append(
          LayerState(
            name: specification.name(ofLayer: owner.name), specification: specification,
            layout: Layout(plain: specification.shape, type), offset: states.last?.end ?? start))
      }
    }
    return states
  }
}
