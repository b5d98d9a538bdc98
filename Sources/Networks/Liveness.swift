import Backends
import Tensors

/// When the tensors of a network are needed, and which of them may share memory.
///
/// Time counts passes: stage i runs forward at i, the loss at L and stage i backward at 2L − i. An output that
/// lies in its input's memory belongs to the same *root*; so do their gradients.
struct Liveness {
  /// Which root each tensor belongs to: tensor 0 is the network's input, tensor i + 1 the output of stage i.
  private(set) var roots = [0]
  /// The piece of memory of each root's values.
  private(set) var values: [MemoryPlan.Piece]
  /// The piece of memory of each root's gradient; nil where it is not computed.
  private(set) var gradients: [MemoryPlan.Piece?]
  /// What each stage keeps from its forward to its backward pass.
  private(set) var saved: [MemoryPlan.Piece] = []
  /// What all stages share while they run.
  let scratch: MemoryPlan.Piece

  /// - Parameters:
  ///   - input: The layout of the network's input.
  ///   - requirements: What the kernels of the stages need, in order.
  ///   - isTraining: Whether backward passes are run.
  ///   - keepsActivations: Whether all values stay until the end.
  init(input: Layout, requirements: [KernelRequirements], isTraining: Bool, keepsActivations: Bool) {
    let count = requirements.count
    let end = 2 * count + 1
    func backward(_ stage: Int) -> Int { 2 * count - stage }

    values = [MemoryPlan.Piece(byteCount: input.byteCount, times: 0...0)]
    gradients = [nil]
    scratch = MemoryPlan.Piece(byteCount: requirements.map(\.scratchByteCount).max() ?? 0, times: 0...end)
    var isReadInBackward = [false]

    for (stage, needs) in requirements.enumerated() {
      let inputRoot = roots[stage]
      values[inputRoot].extend(to: stage)
      if isTraining && needs.readsInputInBackward {
        values[inputRoot].extend(to: backward(stage))
        isReadInBackward[inputRoot] = true
      }
      let root: Int
      switch needs.placement {
      case .sharesInput:
        root = inputRoot
      case .mayOverwriteInput where inputRoot > 0 && !keepsActivations && !isReadInBackward[inputRoot]:
        root = inputRoot
      case .mayOverwriteInput, .separate:
        root = values.count
        values.append(MemoryPlan.Piece(byteCount: needs.output.byteCount, times: stage...stage))
        gradients.append(
          isTraining
            ? MemoryPlan.Piece(byteCount: needs.output.byteCount, times: backward(stage)...backward(stage))
            : nil)
        isReadInBackward.append(false)
      }
      roots.append(root)
      if isTraining && needs.readsOutputInBackward {
        values[root].extend(to: backward(stage))
        isReadInBackward[root] = true
      }
      gradients[root]?.extend(from: backward(stage) - 1)
      saved.append(
        MemoryPlan.Piece(
          byteCount: needs.savedByteCount, times: stage...(isTraining ? backward(stage) : stage)))
    }
    values[roots[count]].extend(to: count)
    if keepsActivations {
      for root in values.indices { values[root].extend(to: end) }
    }
  }
}

extension MemoryPlan.Piece {
  mutating func extend(to time: Int) {
    times = times.lowerBound...max(times.upperBound, time)
  }

  mutating func extend(from time: Int) {
    times = min(times.lowerBound, time)...times.upperBound
  }
}
