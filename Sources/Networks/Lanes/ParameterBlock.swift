import Backends
import Tensors

/// Some elements of a parameter, stored one after the other: the unit in which lanes work on all parameters.
///
/// Blocks are the same for any number of lanes.
struct ParameterBlock {
  /// The parameter.
  let parameter: Parameter
  /// The offset of the block in the parameter.
  let byteOffset: Int
  /// The block's elements as they are stored.
  let layout: Layout

  /// Small enough to stay in cache from the gradient's norm to the update, and large enough to be worth scheduling.
  private static let maximumCount = 1 << 16

  /// The blocks of all parameters that are trained.
  static func all(of parameters: [Parameter]) -> [ParameterBlock] {
    parameters.filter(\.isTrained).flatMap { parameter in
      stride(from: 0, to: parameter.layout.storedCount, by: maximumCount).map { first in
        let count = min(maximumCount, parameter.layout.storedCount - first)
        let type = parameter.layout.elementType
        return ParameterBlock(
          parameter: parameter, byteOffset: first * type.byteCount, layout: Layout(plain: [count], type))
      }
    }
  }
}
