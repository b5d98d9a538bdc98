import Tensors

/// Makes the batches of one epoch on a thread in the background, a few ahead of the one that is asked for.
///
/// Images stay bytes until they are used and are resized as they are needed: the resized set is never held in
/// memory, only ``batchesAhead`` batches and the one in use. After the start nothing is allocated.
///
/// A loader serves one consumer. When it goes, its thread stops.
///
/// ```swift
/// let loader = try BatchLoader(
///   images: images, size: PixelSize(square: 224), batchSize: 128,
///   order: Shuffle.order(count: images.count, seed: 0, epoch: 0))
/// while let batch = loader.next() {
///   train(on: batch.images, batch.labels)
/// }
/// ```
public final class BatchLoader {
  /// How many batches the epoch has, those before the start included.
  public let batchCount: Int

  /// How many batches are made ahead of the one in use.
  public let batchesAhead: Int

  /// How long ``next()`` has had to wait for the thread so far, in seconds: the time that training lost to data.
  public private(set) var secondsWaited = 0.0

  private let ring: BatchRing
  private let thread: BackgroundThread
  private let shapes: (whole: Shape, last: Shape)
  private var nextIndex: Int

  /// Starts to make batches.
  ///
  /// - Parameters:
  ///   - images: The examples.
  ///   - size: The size that the images get.
  ///   - batchSize: How many images a batch has; the last one has what is left.
  ///   - order: Which examples, in which order; as they stand if absent.
  ///   - transforms: Random changes to the resized images; none if absent.
  ///   - startingAt: The first batch to make, for a training that goes on in the middle of an epoch.
  ///   - batchesAhead: How many batches to make ahead of the one in use.
  /// - Throws: ``DatasetError`` if a number is out of its bounds or the system has no thread to give; `OutOfMemory`.
  public init(
    images: LabelledImages, size: PixelSize, batchSize: Int, order: [Int]? = nil,
    transforms: ImageTransforms? = nil, startingAt: Int = 0, batchesAhead: Int = 2
  ) throws {
    let order = order ?? Array(0..<images.count)
    guard 1...(1 << 20) ~= batchSize else {
      throw DatasetError("a batch of \(batchSize) images cannot be made; 1 to 1048576 can")
    }
    guard 1...64 ~= batchesAhead else {
      throw DatasetError("\(batchesAhead) batches ahead cannot be made; 1 to 64 can")
    }
    guard order.allSatisfy({ 0..<images.count ~= $0 }) else {
      throw DatasetError("the order names images beyond the \(images.count) that there are")
    }
    let resize = try BilinearResize(from: images.size, to: size, channels: images.channels)
    let plan = BatchRing.Plan(images: images, resize: resize, batchSize: batchSize, order: order, transforms: transforms)
    guard 0...plan.batchCount ~= startingAt else {
      throw DatasetError("batch \(startingAt) is not among the \(plan.batchCount) of the epoch")
    }
    let whole: Shape = [batchSize, images.channels, size.height, size.width]
    let left = order.count % batchSize
    shapes = (whole, left == 0 ? whole : whole.withBatch(left))
    batchCount = plan.batchCount
    self.batchesAhead = batchesAhead
    nextIndex = startingAt
    let ring = try BatchRing(plan: plan, startingAt: startingAt, slotCount: batchesAhead + 1)
    self.ring = ring
    thread = try BackgroundThread { ring.fillAll() }
  }

  deinit {
    ring.stop()
    thread.join()
  }

  /// The next batch, or nothing after the last one of the epoch.
  ///
  /// The memory of the batch before it is given back and will be filled anew.
  public func next() -> LabelledBatch? {
    ring.recycle(before: nextIndex)
    guard nextIndex < batchCount else { return nil }
    let start = ContinuousClock.now
    let slot = ring.slot(ofBatch: nextIndex)
    secondsWaited += (ContinuousClock.now - start) / .seconds(1)
    defer { nextIndex += 1 }
    let shape = nextIndex == batchCount - 1 ? shapes.last : shapes.whole
    return LabelledBatch(index: nextIndex, shape: shape, slot: slot)
  }
}
