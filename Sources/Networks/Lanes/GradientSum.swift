import Backends
import Synchronization
import Tensors

/// The gradients of one layer, added up while the parts are computed.
final class GradientSum: @unchecked Sendable {
  // Sendable because what changes is behind the lock, and a buffer belongs to one lane or to the tree at a time.
  private struct State {
    /// For each part that begins a waiting node, the node's level, or −1, and its buffer.
    var levels: [Int] = []
    var buffers: [Int] = []
    var free: [Int] = []
  }

  /// The next action of a lane with its sum.
  private enum Turn {
    case copy(into: Int)
    case add(sibling: Int)
    case done
  }

  private var memory: AlignedBuffer
  private let sumByteCount: Int
  private var capacity: Int
  private let usual: Int
  private var parts = 0
  private var state: State
  private let lock = Lock()
  private let root = Atomic(0)

  /// - Parameters:
  ///   - byteCount: The bytes of one part's gradients.
  ///   - parts: The usual number of parts.
  ///   - lanes: The number of lanes that compute them.
  /// - Throws: `OutOfMemory`.
  init(byteCount: Int, parts: Int, lanes: Int) throws {
    sumByteCount = byteCount
    capacity = SumTree.maximumSums(parts: parts, lanes: lanes)
    usual = SumTree.usualSums(parts: parts, lanes: lanes)
    memory = try AlignedBuffer(byteCount: byteCount * capacity)
    state = State(free: Array((0..<capacity).reversed()))
  }

  /// The bytes that it takes at most.
  var byteCount: Int { memory.byteCount }

  /// The bytes of sums that wait only if a lane falls far behind the others.
  var rarelyUsed: Int { sumByteCount * (capacity - usual) }

  /// The sum over all parts, once they have been added.
  var total: UnsafeMutableRawPointer { address(root.load(ordering: .acquiring)) }

  /// Forgets all sums.
  ///
  /// - Parameters:
  ///   - parts: The number of parts to add.
  ///   - lanes: The number of lanes that add them.
  /// - Throws: `OutOfMemory`, possible only if more sums may wait than ever before.
  func begin(parts: Int, lanes: Int) throws {
    let sums = SumTree.maximumSums(parts: parts, lanes: lanes)
    if sums > capacity {
      memory = try AlignedBuffer(byteCount: sumByteCount * sums)
      capacity = sums
      root.store(0, ordering: .relaxed)
    }
    self.parts = parts
    lock.withLock {
      state.free.removeAll(keepingCapacity: true)
      for buffer in (0..<capacity).reversed() { state.free.append(buffer) }
      while state.levels.count < parts {
        state.levels.append(-1)
        state.buffers.append(0)
      }
      for part in state.levels.indices { state.levels[part] = -1 }
    }
  }

  /// Adds a part's gradients, and all sums that become complete with them.
  ///
  /// - Parameters:
  ///   - part: The part's number.
  ///   - layer: The layer, as run by the lane that computed the part.
  ///   - backend: Adds tensors.
  func add(part: Int, _ layer: PreparedLayer, on backend: any Backend) {
    guard let gradients = layer.gradientAddress else { return }
    var node = SumTree.Node(first: part)
    var own: Int?
    while true {
      while !node.isRoot(parts: parts), node.sibling.first >= parts { node = node.parent }
      switch turn(node, own) {
      case .done: return
      case .copy(let buffer):
        address(buffer).copyMemory(from: gradients, byteCount: sumByteCount)
        own = buffer
      case .add(let sibling):
        // A sum is the same whichever of the two is added to the other.
        let other = own.map(address) ?? gradients
        for parameter in layer.parameters {
          backend.accumulate(
            other + parameter.layerOffset, into: address(sibling) + parameter.layerOffset, parameter.layout)
        }
        if let own { lock.withLock { state.free.append(own) } }
        own = sibling
        node = node.parent
      }
    }
  }

  private func turn(_ node: SumTree.Node, _ own: Int?) -> Turn {
    lock.withLock {
      if !node.isRoot(parts: parts), state.levels[node.sibling.first] == node.level {
        state.levels[node.sibling.first] = -1
        return .add(sibling: state.buffers[node.sibling.first])
      }
      guard let own else { return .copy(into: state.free.removeLast()) }
      if node.isRoot(parts: parts) {
        root.store(own, ordering: .releasing)
      } else {
        state.levels[node.first] = node.level
        state.buffers[node.first] = own
      }
      return .done
    }
  }

  private func address(_ buffer: Int) -> UnsafeMutableRawPointer {
    memory.baseAddress + buffer * sumByteCount
  }
}
