/// The computation of the gradients of a layer's parameters over the whole batch.
enum LayerGradient {
  /// The gradients of each part are computed and added up.
  case summed(GradientSum)
  /// They are computed once, from the whole batch.
  case whole(WholeBatchGradient)

  /// The address of the gradients of the whole batch.
  var total: UnsafeMutableRawPointer {
    switch self {
    case .summed(let sum): sum.total
    case .whole(let whole): whole.total
    }
  }

  /// The bytes of the gradients, at most.
  var byteCount: Int {
    switch self {
    case .summed(let sum): sum.byteCount
    case .whole(let whole): whole.byteCount
    }
  }

  /// The part of those bytes that is usually never written.
  var rarelyUsed: Int {
    switch self {
    case .summed(let sum): sum.rarelyUsed
    case .whole: 0
    }
  }
}
