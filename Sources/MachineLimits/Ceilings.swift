import Backends
import CProbes
import Tensors

/// The measured limits of this machine for a number of threads.
package struct Ceilings: Codable, Equatable, Sendable {
  /// The number of threads.
  package var threads: Int
  /// Operations per second with float32 in registers; nil if there is no probe for the CPU.
  package var float32: Double?
  /// Operations per second with products of bf16; nil if the CPU lacks them.
  package var bfloat16: Double?
  /// Bytes read from memory per second.
  package var readBandwidth: Double
  /// Bytes per second of STREAM's triad: two numbers read and one written.
  package var triadBandwidth: Double

  /// Creates ceilings from known numbers.
  package init(
    threads: Int, float32: Double?, bfloat16: Double?, readBandwidth: Double, triadBandwidth: Double
  ) {
    self.threads = threads
    self.float32 = float32
    self.bfloat16 = bfloat16
    self.readBandwidth = readBandwidth
    self.triadBandwidth = triadBandwidth
  }

  /// Measures the ceilings; takes one or two seconds.
  ///
  /// - Parameter count: The number of threads that measure at once.
  /// - Returns: The best of a few runs each.
  /// - Throws: `OutOfMemory`.
  package static func measured(threads count: Int) throws -> Ceilings {
    let pool = ThreadPool(count: count)
    let bandwidth = try BandwidthProbe(pool)
    return Ceilings(
      threads: count, float32: arithmetic(probe_float32(), pool),
      bfloat16: arithmetic(probe_bfloat16(), pool),
      readBandwidth: bandwidth.read(), triadBandwidth: bandwidth.triad())
  }

  /// The maximum of this and another measurement, since the machine's clock depends on its recent load.
  package func raised(to other: Ceilings) -> Ceilings {
    func higher(_ left: Double?, _ right: Double?) -> Double? {
      [left, right].compactMap(\.self).max()
    }
    return Ceilings(
      threads: threads, float32: higher(float32, other.float32), bfloat16: higher(bfloat16, other.bfloat16),
      readBandwidth: max(readBandwidth, other.readBandwidth),
      triadBandwidth: max(triadBandwidth, other.triadBandwidth))
  }

  /// The peak of a precision; nil if it was not measured.
  package func peak(_ precision: Precision) -> Double? {
    switch precision {
    case .float32: float32
    case .bfloat16: bfloat16
    case .float64: nil
    }
  }

  /// The better of the two bandwidths.
  package var bandwidth: Double { max(readBandwidth, triadBandwidth) }

  /// The roofline for a pass: the peak of its precision, or the rate that memory bandwidth allows.
  ///
  /// - Parameters:
  ///   - intensity: Operations per byte of compulsory traffic.
  ///   - precision: The precision.
  /// - Returns: Operations per second, and whether memory is the limit; nil if the peak was not measured.
  package func roof(over intensity: Double, _ precision: Precision) -> (rate: Double, isMemory: Bool)? {
    peak(precision).map { peak in
      bandwidth * intensity < peak ? (bandwidth * intensity, true) : (peak, false)
    }
  }

  /// The best of a few runs of a tenth of a second, on all threads at once.
  private static func arithmetic(_ probe: probe_arithmetic, _ pool: ThreadPool) -> Double? {
    guard let run = probe.run else { return nil }
    func seconds(_ rounds: Int64) -> Double {
      let loop = ParallelLoop(threads: pool, count: pool.count) { _, _ in _ = run(rounds) }
      return ContinuousClock().measure { loop.run() } / .seconds(1)
    }
    let trial: Int64 = 1_000_000
    _ = seconds(trial)
    let rounds = max(Int64(Double(trial) * 0.1 / seconds(trial)), 1)
    let best = (0..<5).map { _ in seconds(rounds) }.min() ?? 1
    return Double(rounds) * Double(probe.operations_per_round) * Double(pool.count) / best
  }
}

/// Loops over arrays that are far larger than any cache.
private struct BandwidthProbe {
  private static let count = 1 << 26
  /// Many short runs of a few hundredths of a second, since other processes use memory too.
  private static let runs = 20
  private let pool: ThreadPool
  private let arrays: [AlignedBuffer]

  init(_ pool: ThreadPool) throws {
    self.pool = pool
    arrays = try (0..<3).map { _ in try AlignedBuffer(byteCount: Self.count * 4) }
    // Each thread touches its part first, so that the memory is allocated close to it.
    makeLoop { parts, range in
      for part in parts { (part + range.lowerBound).initialize(repeating: 1, count: range.count) }
    }.run()
  }

  func read() -> Double {
    4
      * best { parts, range in
        _ = probe_read(parts[0] + range.lowerBound, Int64(range.count))
      }
  }

  func triad() -> Double {
    12
      * best { parts, range in
        let first = range.lowerBound
        probe_triad(parts[0] + first, parts[1] + first, parts[2] + first, Int64(range.count))
      }
  }

  private func makeLoop(
    _ body: @escaping (_ parts: [UnsafeMutablePointer<Float>], _ range: Range<Int>) -> Void
  ) -> ParallelLoop {
    let parts = arrays.map { $0.baseAddress.assumingMemoryBound(to: Float.self) }
    return ParallelLoop(threads: pool, count: Self.count) { range, _ in body(parts, range) }
  }

  /// Numbers per second, in the best of a few runs.
  private func best(_ body: @escaping ([UnsafeMutablePointer<Float>], Range<Int>) -> Void) -> Double {
    let loop = makeLoop(body)
    let times = (0..<Self.runs).map { _ in ContinuousClock().measure { loop.run() } / .seconds(1) }
    return Double(Self.count) / max(times.min() ?? 1, 1e-9)
  }
}
