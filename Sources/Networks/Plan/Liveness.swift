import Backends
import Tensors

/// The times at which the tensors of a network are needed, and which of them may share memory.
///
/// Time counts passes: layer i runs forward at i, the loss at L and layer i backward at 2L − i. An output that is
/// written over its input shares the input's *buffer*, and so do their gradients.
struct Liveness {
  /// The blocks of memory: values, gradients, saved state and scratch.
  let blocks: [MemoryPlan.Block]
  /// The block of each tensor, as an index of ``blocks``, per layer.
  let layers: [LayerStorage]
  /// Bytes of values and saved state that are needed before and after the loss.
  let keptByteCount: Int

  /// Memory for the values of one or more tensors, and for their gradients.
  private struct Buffer {
    var values: MemoryPlan.Block
    var gradient: MemoryPlan.Block?
    var isReadInBackward = false

    /// Makes room for a tensor.
    mutating func hold(_ byteCount: Int) {
      values.byteCount = max(values.byteCount, byteCount)
      gradient?.byteCount = values.byteCount
    }
  }

  /// - Parameters:
  ///   - input: The layout of the network's input.
  ///   - requirements: The requirements of the kernels, in order.
  ///   - isTraining: Whether backward passes are run.
  ///   - keepsActivations: Whether all values stay until the end.
  init(input: Layout, requirements: [KernelRequirements], isTraining: Bool, keepsActivations: Bool) {
    let count = requirements.count
    let end = 2 * count + 1
    func backward(_ layer: Int) -> Int { 2 * count - layer }

    var buffers = [Buffer(values: MemoryPlan.Block(byteCount: input.byteCount, times: 0...0))]
    // Tensor 0 is the network's input, tensor i + 1 the output of layer i.
    var bufferOfTensor = [0]
    var saved: [MemoryPlan.Block] = []

    for (layer, needs) in requirements.enumerated() {
      let source = bufferOfTensor[layer]
      buffers[source].values.extend(to: layer)
      if isTraining && needs.readsInputInBackward {
        buffers[source].values.extend(to: backward(layer))
        buffers[source].isReadInBackward = true
      }
      let target: Int
      switch needs.placement {
      case .sharesInput:
        target = source
      case .mayOverwriteInput where source > 0 && !keepsActivations && !buffers[source].isReadInBackward:
        target = source
      case .mayOverwriteInput, .separate:
        target = buffers.count
        let gradient = MemoryPlan.Block(
          byteCount: needs.output.byteCount, times: backward(layer)...backward(layer))
        buffers.append(
          Buffer(
            values: MemoryPlan.Block(byteCount: needs.output.byteCount, times: layer...layer),
            gradient: isTraining ? gradient : nil))
      }
      bufferOfTensor.append(target)
      buffers[target].hold(needs.output.byteCount)
      if isTraining && needs.readsOutputInBackward {
        buffers[target].values.extend(to: backward(layer))
        buffers[target].isReadInBackward = true
      }
      buffers[target].gradient?.extend(from: backward(layer) - 1)
      saved.append(
        MemoryPlan.Block(
          byteCount: needs.savedByteCount, times: layer...(isTraining ? backward(layer) : layer)))
    }
    buffers[bufferOfTensor[count]].values.extend(to: count)
    if keepsActivations {
      for index in buffers.indices { buffers[index].values.extend(to: end) }
    }

    let scratch = MemoryPlan.Block(
      byteCount: requirements.map(\.scratchByteCount).max() ?? 0, times: 0...end)
    let withGradient = buffers.indices.filter { buffers[$0].gradient != nil }
    blocks = buffers.map(\.values) + buffers.compactMap(\.gradient) + saved + [scratch]
    keptByteCount = (buffers.map(\.values) + saved).reduce(0) { sum, block in
      block.times.lowerBound <= count && block.times.upperBound > count
        ? sum + AlignedBuffer.rounded(block.byteCount) : sum
    }
    let (firstSaved, last) = (buffers.count + withGradient.count, blocks.count - 1)
    let gradients = bufferOfTensor.map { buffer in
      withGradient.firstIndex(of: buffer).map { buffers.count + $0 }
    }
    layers = requirements.indices.map { layer in
      LayerStorage(
        input: bufferOfTensor[layer], output: bufferOfTensor[layer + 1], inputGradient: gradients[layer],
        outputGradient: gradients[layer + 1], saved: firstSaved + layer, scratch: last)
    }
  }
}

/// The storage of a layer's tensors: blocks while the memory is planned, then offsets in the arena.
struct LayerStorage {
  let input: Int
  let output: Int
  /// The gradient of the input; nil if there is none.
  let inputGradient: Int?
  /// The gradient of the output; nil if there is none.
  let outputGradient: Int?
  let saved: Int
  let scratch: Int

  /// The offsets of the blocks.
  func placed(by plan: MemoryPlan) -> LayerStorage {
    LayerStorage(
      input: plan.offsets[input], output: plan.offsets[output],
      inputGradient: inputGradient.map { plan.offsets[$0] },
      outputGradient: outputGradient.map { plan.offsets[$0] }, saved: plan.offsets[saved],
      scratch: plan.offsets[scratch])
  }
}

extension MemoryPlan.Block {
  fileprivate mutating func extend(to time: Int) {
    times = times.lowerBound...max(times.upperBound, time)
  }

  fileprivate mutating func extend(from time: Int) {
    times = min(times.lowerBound, time)...times.upperBound
  }
}
