import Tensors

/// What a loader's thread and its consumer share: a few batches of memory, filled and emptied in turn.
///
/// A slot belongs to the thread from when it is recycled until it is counted as filled, and to the consumer from
/// then until it is recycled; the monitor hands it over, so that no two threads ever touch it at once.
final class BatchRing: Sendable {
  private struct Progress {
    var filled: Int
    var recycled: Int
    var isStopped = false
  }

  /// What is put into batches, and how.
  struct Plan: Sendable {
    let images: LabelledImages
    let resize: BilinearResize
    let batchSize: Int
    let order: [Int]
    let transforms: ImageTransforms?

    /// How many batches an epoch has.
    var batchCount: Int { (order.count + batchSize - 1) / batchSize }

    /// A resized image as transforms see it.
    func planes(_ pixels: UnsafeMutableBufferPointer<UInt8>) -> ImagePlanes {
      ImagePlanes(
        channels: images.channels, height: resize.target.height, width: resize.target.width, pixels: pixels)
    }

    /// Which of the order's places a batch takes.
    func places(ofBatch index: Int) -> Range<Int> {
      index * batchSize..<min((index + 1) * batchSize, order.count)
    }
  }

  private let plan: Plan
  private let slots: [BatchSlot]
  private let scratch: AlignedBuffer
  private let progress: Monitor<Progress>

  /// Takes the memory.
  ///
  /// - Parameters:
  ///   - plan: What is put into batches.
  ///   - start: The first batch.
  ///   - slotCount: How many batches there is memory for.
  /// - Throws: `OutOfMemory`.
  init(plan: Plan, startingAt start: Int, slotCount: Int) throws {
    self.plan = plan
    slots = try (0..<slotCount).map { _ in
      try BatchSlot(batchSize: plan.batchSize, imageByteCount: plan.resize.targetByteCount)
    }
    scratch = try AlignedBuffer(byteCount: plan.resize.scratchByteCount)
    progress = Monitor(Progress(filled: start, recycled: start))
  }

  /// Fills one batch after another, as slots become free; returns after the last one or when stopped.
  func fillAll() {
    for index in progress.change({ $0.filled })..<plan.batchCount {
      let slotCount = slots.count
      let goesOn = progress.change(whenever: { $0.isStopped || index - $0.recycled < slotCount }) {
        !$0.isStopped
      }
      guard goesOn else { return }
      fill(slots[index % slotCount], withBatch: index)
      progress.change { $0.filled = index + 1 }
    }
  }

  /// The slot of a batch, once it is filled.
  ///
  /// - Parameter index: A batch that the thread has filled or will fill.
  /// - Returns: The slot, which the thread leaves alone until it is recycled.
  func slot(ofBatch index: Int) -> BatchSlot {
    progress.change(whenever: { $0.filled > index }) { _ in }
    return slots[index % slots.count]
  }

  /// Gives back the slots of all batches before one.
  func recycle(before index: Int) {
    progress.change { $0.recycled = index }
  }

  /// Makes ``fillAll()`` return after the batch that it is filling.
  func stop() {
    progress.change { $0.isStopped = true }
  }

  private func fill(_ slot: BatchSlot, withBatch index: Int) {
    let places = plan.places(ofBatch: index)
    let resize = plan.resize
    let results = slot.images(count: places.count * resize.targetByteCount)
    let labels = slot.labels(count: places.count)
    let scratch = UnsafeMutableRawBufferPointer(start: scratch.baseAddress, count: scratch.byteCount)
    plan.images.withUnsafePixels { pixels in
      for (position, place) in places.enumerated() {
        let example = plan.order[place]
        let source = example * resize.sourceByteCount
        let target = position * resize.targetByteCount
        let image = UnsafeMutableBufferPointer(rebasing: results[target..<target + resize.targetByteCount])
        resize.run(
          UnsafeBufferPointer(rebasing: pixels[source..<source + resize.sourceByteCount]), into: image,
          scratch: scratch)
        plan.transforms?.apply(to: plan.planes(image), index: example)
        labels[position] = plan.images.labels[example]
      }
    }
  }
}
