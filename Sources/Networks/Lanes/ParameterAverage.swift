import Backends
import CKernels
import Tensors

/// The moving average of the parameters, in blocks that lanes take one by one.
///
/// Each element is computed independently, so the bits do not depend on which lane takes a block.
final class ParameterAverage {
  private let store: ParameterStore
  private let blocks: [ParameterBlock]
  /// The weight of the values: 1 − decay.
  private var share = 0.0
  private var updates: LaneLoop?
  private var exchanges: LaneLoop?

  init(of store: ParameterStore, _ crew: Crew) {
    self.store = store
    blocks = ParameterBlock.all(of: store.parameters)
    updates = LaneLoop(crew) { [unowned self] index, _ in update(blocks[index]) }
    exchanges = LaneLoop(crew) { [unowned self] index, _ in exchange(blocks[index]) }
  }

  /// Moves the averages towards the values.
  ///
  /// - Throws: ``NetworkError`` if the system does not allow the process the threads.
  func update(decay: Double) throws {
    share = 1 - decay
    try updates?.run(blocks.count)
  }

  /// Exchanges values and averages.
  ///
  /// - Throws: ``NetworkError`` if the system does not allow the process the threads.
  func exchange() throws {
    try exchanges?.run(blocks.count)
    store.valuesChanged()
  }

  private func update(_ block: ParameterBlock) {
    guard let average = store.average(block.parameter).map({ $0 + block.byteOffset }) else { return }
    let values = store.value(block.parameter) + block.byteOffset
    let count = block.layout.storedCount
    guard block.layout.elementType == .float64 else {
      return ck_average(
        Float(share), values.assumingMemoryBound(to: Float.self), average.assumingMemoryBound(to: Float.self),
        count)
    }
    let (wideValues, wideAverage) = (
      values.assumingMemoryBound(to: Double.self), average.assumingMemoryBound(to: Double.self)
    )
    for index in 0..<count { wideAverage[index] += share * (wideValues[index] - wideAverage[index]) }
  }

  private func exchange(_ block: ParameterBlock) {
    guard let average = store.average(block.parameter).map({ $0 + block.byteOffset }) else { return }
    let values = store.value(block.parameter) + block.byteOffset
    for offset in stride(from: 0, to: block.layout.byteCount, by: MemoryLayout<UInt32>.size) {
      let value = values.load(fromByteOffset: offset, as: UInt32.self)
      values.storeBytes(
        of: average.load(fromByteOffset: offset, as: UInt32.self), toByteOffset: offset, as: UInt32.self)
      average.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
    }
  }
}
