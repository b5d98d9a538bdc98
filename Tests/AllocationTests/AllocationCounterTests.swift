import AllocationCounting
import Backends
import Testing

/// The counter that the tests of networks rely on.
@Suite("Counting allocations", .countsAllocations)
struct AllocationCounterTests {
  @Test("nothing requested is nothing counted")
  func nothing() {
    let counts = AllocationCounter.counts {}
    #expect(counts.ours == AllocationCounts.Tally(calls: 0, bytes: 0))
    #expect(counts.theirs == AllocationCounts.Tally(calls: 0, bytes: 0))
    #expect(counts.sites.isEmpty)
  }

  @Test("an object of Swift is ours, and the function that made it is named")
  func object() throws {
    var box: Box?
    let counts = AllocationCounter.counts { box = makeBox() }
    #expect(box != nil)
    #expect(counts.ours.calls == 1)
    #expect(counts.theirs.calls == 0)
    let site = try #require(counts.sites.first)
    #expect(site.calls == 1)
    #expect(site.functions.contains { $0.contains("AllocationCounterTests") }, "\(counts)")
  }

  @Test(
    "every allocator is counted, with the requested bytes",
    arguments: zip(Allocator.allCases, [100, 120, 140, 160, 192, 4096]))
  func allocator(allocator: Allocator, bytes: Int) {
    let counts = AllocationCounter.counts { allocator.allocate(bytes) }
    #expect(counts.ours == AllocationCounts.Tally(calls: 1, bytes: bytes), "\(counts)")
  }

  @Test("requests of a team of threads on our behalf are ours, OpenMP's requests to make the team are not")
  func team() {
    // On a new thread, because OpenMP keeps a thread's team for the next call.
    func counts(_ loop: ParallelLoop) -> AllocationCounts {
      AllocationCounter.counts { onNewThread { loop.run() } }
    }
    let pool = ThreadPool(count: 2)
    let idleLoop = ParallelLoop(threads: pool, count: 2) { _, _ in }
    _ = counts(idleLoop)
    let idle = counts(idleLoop)
    let busy = counts(ParallelLoop(threads: pool, count: 2) { _, _ in Allocator.plain.allocate(100) })
    #expect(idle.theirs.calls > 0)
    #expect(busy.ours.calls == idle.ours.calls + 2, "\(busy)")
    #expect(busy.ours.bytes == idle.ours.bytes + 200, "\(busy)")
  }

  @Test("threads that are not watched are not counted")
  func otherThreads() {
    let counter = AllocationCounter()
    counter.start()
    onNewThread { Allocator.plain.allocate(100) }
    Allocator.plain.allocate(100)
    counter.stop()
    #expect(counter.counts.ours.calls == 0, "\(counter.counts)")
  }
}

private final class Box {}

@inline(never)
private func makeBox() -> Box { Box() }
