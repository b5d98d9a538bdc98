import Tensors

/// Makes the batches of one epoch on threads in the background, a few ahead of the one that is asked for.
///
/// Images stay as they are stored until they are used, and are decoded and resized as they are needed: the resized set is
/// never held in memory, only ``batchesAhead`` batches and the one in use. After the start nothing is allocated, except
/// by the decoders of image files. The bytes of a batch do not depend on the number of threads.
///
/// A loader serves one consumer. When it goes, its threads stop.
///
/// ```swift
/// let loader = try BatchLoader(
///   images: images, size: PixelSize(square: 224), batchSize: 128,
///   order: Shuffle.order(count: images.count, seed: 0, epoch: 0))
/// while let batch = try loader.next() {
///   train(on: batch.images, batch.labels)
/// }
/// ```
public final class BatchLoader {
  /// How many batches the epoch has, those before the start included.
  public let batchCount: Int

  /// How many batches are made ahead of the one in use.
  public let batchesAhead: Int

  /// How many batches are made ahead unless it is said.
  public static let usualBatchesAhead = 2

  /// The largest number of threads that make batches.
  public static let largestThreadCount = Processors.largestCount

  /// How long ``next()`` has had to wait for the threads so far, in seconds: the time that training lost to data.
  public private(set) var secondsWaited = 0.0

  private let ring: BatchRing
  private let threads: [BackgroundThread]
  private let shapes: (whole: Shape, short: Shape)
  private let shortBatch: Int
  private let method: ResizeMethod
  private var nextIndex: Int

  /// Starts to make batches.
  ///
  /// - Parameters:
  ///   - images: The examples.
  ///   - size: The size that the images get.
  ///   - method: How they get it.
  ///   - batchSize: How many images a batch has; the last one, or the short one, has what is left.
  ///   - order: Which examples, in which order; as they stand if absent.
  ///   - shortBatch: Which batch has what is left; the last if nil.
  ///   - transforms: Random changes to the resized images; none if absent.
  ///   - startingAt: The first batch to make, for a training that is resumed in the middle of an epoch.
  ///   - batchesAhead: How many batches to make ahead of the one in use.
  ///   - threads: How many threads make them; if nil, one for images in memory, and one per processor for files.
  /// - Throws: ``DatasetError`` if a number is out of its bounds, there are transforms and the resize gives no bytes, or the
  ///   system has no thread to give; `OutOfMemory`.
  public init(
    images: LabeledImages, size: PixelSize, method: ResizeMethod = .pillow, batchSize: Int,
    order: [Int]? = nil, shortBatch: Int? = nil, transforms: ImageTransforms? = nil, startingAt: Int = 0,
    batchesAhead: Int = BatchLoader.usualBatchesAhead, threads: Int? = nil
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
    let threadCount = threads ?? (images.areFiles ? Processors.count : 1)
    guard 1...Processors.largestCount ~= threadCount else {
      throw DatasetError("\(threadCount) threads cannot load images; 1 to \(Processors.largestCount) can")
    }
    let transforms = transforms.flatMap { $0.transforms.isEmpty ? nil : $0 }
    guard method.givesBytes || transforms == nil else {
      throw DatasetError(
        "images that the method '\(method.rawValue)' has resized are not bytes, and transforms are of bytes: leave out the "
          + "transforms, or resize by another method")
    }
    try size.check()
    let lastBatch = max((order.count + batchSize - 1) / batchSize - 1, 0)
    let shortBatch = shortBatch ?? lastBatch
    let plan = BatchPlan(
      images: images, target: size, method: method, batchSize: batchSize, order: order,
      shortBatch: shortBatch,
      transforms: transforms)
    guard 0...lastBatch ~= shortBatch else {
      throw DatasetError("batch \(shortBatch) is not among the \(plan.batchCount) of the epoch")
    }
    guard 0...plan.batchCount ~= startingAt else {
      throw DatasetError("batch \(startingAt) is not among the \(plan.batchCount) of the epoch")
    }
    let whole: Shape = [batchSize, images.channels, size.height, size.width]
    let left = order.count % batchSize
    shapes = (whole, left == 0 ? whole : whole.withBatch(left))
    batchCount = plan.batchCount
    self.shortBatch = shortBatch
    self.method = method
    self.batchesAhead = batchesAhead
    nextIndex = startingAt
    let ring = try BatchRing(plan: plan, startingAt: startingAt, slotCount: batchesAhead + 1)
    self.ring = ring
    self.threads = try BackgroundThread.start(threadCount, stop: ring.stop) { ring.fillAll() }
  }

  deinit {
    ring.stop()
    for thread in threads { thread.join() }
  }

  /// The next batch, or nothing after the last one of the epoch.
  ///
  /// The memory of the batch before it is given back and will be filled anew.
  ///
  /// - Returns: The batch.
  /// - Throws: ``DatasetError`` if an image of the batch is a file that cannot be read any more.
  public func next() throws -> LabeledBatch? {
    ring.recycle(before: nextIndex)
    guard nextIndex < batchCount else { return nil }
    let start = ContinuousClock.now
    let slot = try ring.slot(ofBatch: nextIndex)
    secondsWaited += (ContinuousClock.now - start) / .seconds(1)
    defer { nextIndex += 1 }
    let shape = nextIndex == shortBatch ? shapes.short : shapes.whole
    return LabeledBatch(index: nextIndex, shape: shape, method: method, slot: slot)
  }
}
