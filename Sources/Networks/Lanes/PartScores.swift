import Backends
import Tensors

/// The scores of the parts of a batch; each lane writes those of its own parts.
final class PartScores: @unchecked Sendable {
  private var memory: AlignedBuffer?
  private var scores: UnsafeMutablePointer<ClassificationScore>?

  /// Makes room for the scores of some parts.
  ///
  /// - Throws: `OutOfMemory`.
  func reserve(_ parts: Int) throws {
    let byteCount = parts * MemoryLayout<ClassificationScore>.stride
    guard byteCount > memory?.byteCount ?? 0 else { return }
    let memory = try AlignedBuffer(byteCount: byteCount)
    self.memory = memory
    scores = memory.baseAddress.bindMemory(to: ClassificationScore.self, capacity: parts)
  }

  subscript(part: Int) -> ClassificationScore {
    get { scores?[part] ?? ClassificationScore() }
    set { scores?[part] = newValue }
  }

  /// The score of the first parts in total.
  func sum(_ parts: Int) -> ClassificationScore {
    SumTree.forEachAddition(of: parts) { self[$0] += self[$1] }
    return self[0]
  }
}
