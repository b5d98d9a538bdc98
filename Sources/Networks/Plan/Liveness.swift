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

  /// - Parameters:
  ///   - input: The layout of the network's input.
  ///   - requirements: The requirements of the kernels, in order.
  ///   - isTraining: Whether backward passes are run.
  ///   - keepsActivations: Whether all values stay until the end.
  init(input: Layout, requirements: [KernelRequirements], isTraining: Bool, keepsActivations: Bool) {
    let count = requirements.count
    let end = 2 * count + 1
    let images = MemoryPlan.Block(byteCount: input.byteCount, times: 0...0)
    var tensors = TensorBuffers(
      layerCount: count, isTraining: isTraining, keepsActivations: keepsActivations,
      buffers: [TensorBuffers.Buffer(values: images)])
    for needs in requirements { tensors.add(needs) }
    tensors.keep(until: count, end: end)
    let buffers = tensors.buffers
    let saved = requirements.enumerated().map { layer, needs in
      MemoryPlan.Block(
        byteCount: needs.savedByteCount, times: layer...(isTraining ? tensors.backward(layer) : layer))
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
    let gradients = tensors.bufferOfTensor.map { buffer in
      withGradient.firstIndex(of: buffer).map { buffers.count + $0 }
    }
    layers = requirements.indices.map { layer in
      LayerStorage(
        input: tensors.bufferOfTensor[layer], output: tensors.bufferOfTensor[layer + 1],
        inputGradient: gradients[layer], outputGradient: gradients[layer + 1], saved: firstSaved + layer,
        scratch: last)
    }
  }
}

/// The buffers of a network's tensors, taken layer by layer.
private struct TensorBuffers {
  /// Memory for the values of one or more tensors, and for their gradients.
  struct Buffer {
    var values: MemoryPlan.Block
    var gradient: MemoryPlan.Block?
    var isReadInBackward = false

    /// Makes room for a tensor.
    mutating func hold(_ byteCount: Int) {
      values.byteCount = max(values.byteCount, byteCount)
      gradient?.byteCount = values.byteCount
    }
  }

  let layerCount: Int
  let isTraining: Bool
  let keepsActivations: Bool
  var buffers: [Buffer]
  /// Tensor 0 is the network's input, tensor i + 1 the output of layer i.
  var bufferOfTensor = [0]

  /// The time at which a layer runs backward.
  func backward(_ layer: Int) -> Int { 2 * layerCount - layer }

  /// Adds the next layer, whose input is the last tensor so far.
  mutating func add(_ needs: KernelRequirements) {
    let layer = bufferOfTensor.count - 1
    let time = backward(layer)
    let source = bufferOfTensor[layer]
    buffers[source].values.extend(to: layer)
    if needs.readsInputInBackward { keep(source, forBackwardAt: time) }
    let byteCount = needs.output.byteCount
    if overwritesInput(needs, in: source) {
      buffers[source].hold(byteCount)
      bufferOfTensor.append(source)
    } else {
      bufferOfTensor.append(buffers.count)
      buffers.append(
        Buffer(
          values: MemoryPlan.Block(byteCount: byteCount, times: layer...layer),
          gradient: isTraining ? MemoryPlan.Block(byteCount: byteCount, times: time...time) : nil))
    }
    let target = bufferOfTensor[layer + 1]
    if needs.readsOutputInBackward { keep(target, forBackwardAt: time) }
    buffers[target].gradient?.extend(from: time - 1)
  }

  /// Keeps the output until the loss, and all values until the end if activations are kept.
  mutating func keep(until loss: Int, end: Int) {
    buffers[bufferOfTensor[layerCount]].values.extend(to: loss)
    guard keepsActivations else { return }
    for index in buffers.indices { buffers[index].values.extend(to: end) }
  }

  private mutating func keep(_ buffer: Int, forBackwardAt time: Int) {
    guard isTraining else { return }
    buffers[buffer].values.extend(to: time)
    buffers[buffer].isReadInBackward = true
  }

  /// Whether a layer's output shares the buffer of its input.
  private func overwritesInput(_ needs: KernelRequirements, in source: Int) -> Bool {
    switch needs.placement {
    case .sharesInput: true
    case .mayOverwriteInput: source > 0 && !keepsActivations && !buffers[source].isReadInBackward
    case .separate: false
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
