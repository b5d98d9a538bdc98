import Tensors

/// Makes the batches of one epoch on background threads, a few ahead of the one in use.
///
/// Images are decoded and resized as they are needed: the resized set is never held in memory, only ``batchesAhead``
/// batches and the one in use. After the start nothing is allocated, except by the decoders of image files. The bytes
/// of a batch do not depend on the number of threads.
///
/// A loader gives the batches of one epoch to one consumer, in the order of the images: create one for each epoch, with
/// shuffled images if they are for training. When it is released, its threads stop.
///
/// ```swift
/// for epoch in 0..<epochs {
///   let loader = try BatchLoader(
///     images: images.shuffled(seed: UInt64(epoch)), size: PixelSize(square: 224), batchSize: 128)
///   while let batch = try loader.next() {
///     try network.computeGradients(batch, context: RunContext(isTraining: true, seed: 0, step: step))
///     try network.update(rule, step: step)
///     step += 1
///   }
/// }
/// ```
public final class BatchLoader {
  /// The number of batches in the epoch, including those before the start.
  public let batchCount: Int

  /// The number of batches made ahead of the one in use.
  public let batchesAhead: Int

  /// The default number of batches made ahead.
  public static let defaultBatchesAhead = 2

  /// The maximum number of threads that make batches.
  public static let maximumThreadCount = Processors.maximumCount

  /// The time that ``next()`` has waited for the threads so far, in seconds: the time that training lost to data.
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
  ///   - size: The size to resize the images to.
  ///   - method: The resizing method.
  ///   - batchSize: The number of images per batch; one batch, usually the last, has the rest.
  ///   - order: The indices of the examples, in order; all in their original order if nil.
  ///   - shortBatch: The index of the batch with the rest; the last one if nil.
  ///   - transforms: Random changes to the resized images; none if absent.
  ///   - startingAt: The first batch to make, to resume training in the middle of an epoch.
  ///   - batchesAhead: The number of batches to make ahead of the one in use.
  ///   - threads: The number of threads; if nil, one for images in memory, and one per processor for files.
  /// - Throws: ``DatasetError`` if a number is out of range, there are transforms but the resizing method does not give
  ///   bytes, or the system cannot create a thread; `OutOfMemory`.
  public init(
    images: LabeledImages, size: PixelSize, method: ResizeMethod = .pillow, batchSize: Int,
    order: [Int]? = nil, shortBatch: Int? = nil, transforms: ImageTransforms? = nil, startingAt: Int = 0,
    batchesAhead: Int = BatchLoader.defaultBatchesAhead, threads: Int? = nil
  ) throws {
    let order = order ?? Array(0..<images.count)
    try Self.require(
      1...(1 << 20) ~= batchSize, "batchSize", "the batch size is \(batchSize); it must be from 1 to 1048576")
    try Self.require(
      1...64 ~= batchesAhead, "batchesAhead",
      "the number of batches ahead is \(batchesAhead); it must be from 1 to 64")
    try Self.require(
      order.allSatisfy { 0..<images.count ~= $0 }, "order",
      "the order has indices outside the \(counted(images.count, "image"))")
    let threadCount = threads ?? (images.areFiles ? Processors.count : 1)
    try Self.require(
      1...Processors.maximumCount ~= threadCount, "threads",
      "the number of threads that load images is \(threadCount); it must be from 1 to \(Processors.maximumCount)"
    )
    let transforms = transforms.flatMap { $0.transforms.isEmpty ? nil : $0 }
    try Self.require(
      method.givesBytes || transforms == nil, "transforms",
      "images resized by the method \(method.rawValue.quoted) are not bytes, which transforms need: omit the transforms, or "
        + "use another method")
    try size.check()
    let lastBatch = max((order.count + batchSize - 1) / batchSize - 1, 0)
    let shortBatch = shortBatch ?? lastBatch
    let plan = BatchPlan(
      images: images, target: size, method: method, batchSize: batchSize, order: order,
      shortBatch: shortBatch,
      transforms: transforms)
    try Self.require(
      0...lastBatch ~= shortBatch, "shortBatch",
      "batch \(shortBatch) is not one of the epoch's \(plan.batchCount)")
    try Self.require(
      0...plan.batchCount ~= startingAt, "startingAt",
      "batch \(startingAt) is not one of the epoch's \(plan.batchCount)")
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

  private static func require(
    _ isValid: Bool, _ argument: String, _ reason: @autoclosure () -> String
  ) throws {
    guard isValid else { throw DatasetError.invalidArgument(name: argument, reason: reason()) }
  }

  deinit {
    ring.stop()
    for thread in threads { thread.join() }
  }

  /// The next batch; nil once the epoch's batches are used up.
  ///
  /// The memory of the previous batch is reused.
  ///
  /// - Returns: The batch.
  /// - Throws: ``DatasetError`` if an image of the batch is a file that can no longer be read.
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
