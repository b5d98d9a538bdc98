import Tensors

/// The memory that a loader's threads and its consumer share: a few batches, filled and emptied in turn.
///
/// A slot belongs to the threads from the time it is recycled until the last of its shares is done, and then to the
/// consumer until it is recycled again; each share in it belongs to the thread that took it. The monitor hands slots
/// over, so no two threads ever access the same bytes at the same time.
final class BatchRing: Sendable {
  private struct Progress {
    /// The share for the next thread.
    var next: BatchShare
    /// For each slot, the number of shares of its batch that are not done yet.
    var open: [Int]
    var recycled: Int
    var isStopped = false
    var failure: Failure?
  }

  /// The image that could not be made; if several, the first in the epoch, regardless of the threads' timing.
  private struct Failure {
    let index: Int
    let error: any Error
  }

  private let plan: BatchPlan
  private let slots: [BatchSlot]
  private let progress: Monitor<Progress>

  /// Allocates the memory.
  ///
  /// - Parameters:
  ///   - plan: The contents of the batches.
  ///   - start: The first batch.
  ///   - slotCount: The number of batches to allocate memory for.
  /// - Throws: `OutOfMemory`.
  init(plan: BatchPlan, startingAt start: Int, slotCount: Int) throws {
    self.plan = plan
    slots = try (0..<slotCount).map { _ in
      try BatchSlot(batchSize: plan.batchSize, imageByteCount: plan.imageByteCount)
    }
    var open = [Int](repeating: 0, count: slotCount)
    for index in start..<start + slotCount { open[index % slotCount] = plan.shareCount(ofBatch: index) }
    progress = Monitor(Progress(next: BatchShare(batch: start, index: 0), open: open, recycled: start))
  }

  /// Makes shares as slots become free, until none are left or the ring is stopped; several threads call it at once.
  func fillAll() {
    let workspace = ImageWorkspace(plan.images, target: plan.target, method: plan.method)
    while let share = nextShare() {
      fill(share, workspace)
      progress.change { $0.open[share.batch % slots.count] -= 1 }
    }
  }

  /// Waits for the slot of a batch to be filled.
  ///
  /// - Parameter index: A batch that the threads have filled or will fill.
  /// - Returns: The slot, which the threads do not access until it is recycled.
  /// - Throws: The error of an image of the batch that cannot be made.
  func slot(ofBatch index: Int) throws -> BatchSlot {
    let slot = index % slots.count
    let failure = progress.change(whenever: { $0.open[slot] == 0 }) { $0.failure }
    if let failure, failure.index < plan.range(ofBatch: index).upperBound { throw failure.error }
    return slots[slot]
  }

  /// Recycles the slots of all batches before one.
  func recycle(before index: Int) {
    progress.change { progress in
      for batch in progress.recycled..<max(index, progress.recycled) {
        let next = batch + slots.count
        progress.open[next % slots.count] = plan.shareCount(ofBatch: next)
      }
      progress.recycled = index
    }
  }

  /// Makes ``fillAll()`` return after the current shares.
  func stop() {
    progress.change { $0.isStopped = true }
  }

  /// Takes a share as soon as its slot is free; nil if no share is left or the ring is stopped.
  private func nextShare() -> BatchShare? {
    let slotCount = slots.count
    let isReady = { (progress: Progress) in
      progress.isStopped || progress.next.batch >= self.plan.batchCount
        || progress.next.batch - progress.recycled < slotCount
    }
    return progress.change(whenever: isReady) { progress in
      let share = progress.next
      guard !progress.isStopped, share.batch < plan.batchCount else { return nil }
      progress.next.index += 1
      if progress.next.index == plan.shareCount(ofBatch: share.batch) {
        progress.next = BatchShare(batch: share.batch + 1, index: 0)
      }
      return share
    }
  }

  private func fill(_ share: BatchShare, _ workspace: ImageWorkspace) {
    let range = plan.range(ofBatch: share.batch)
    let slot = slots[share.batch % slots.count]
    let results = slot.bytes(count: range.count * plan.imageByteCount)
    let labels = slot.labels(count: range.count)
    for position in plan.positions(of: share) {
      let index = range.lowerBound + position
      let example = plan.order[index]
      let bytes = position * plan.imageByteCount..<(position + 1) * plan.imageByteCount
      labels[position] = plan.images.labels[example]
      do {
        let image = UnsafeMutableRawBufferPointer(rebasing: results[bytes])
        try workspace.make(example, into: image)
        plan.transforms?.apply(to: plan.planes(image.bindMemory(to: UInt8.self)), index: example)
      } catch {
        return fail(index, error)
      }
    }
  }

  private func fail(_ index: Int, _ error: any Error) {
    progress.change { progress in
      guard index < progress.failure?.index ?? .max else { return }
      progress.failure = Failure(index: index, error: error)
    }
  }
}
