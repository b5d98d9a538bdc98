import CProbes
import NetworkInNetwork
import Reporting

/// The most that a number of threads of this machine can do, measured.
struct Ceilings: Codable, Equatable, Sendable {
  var threads: Int
  /// Operations a second with float32 in registers; nil where there is no probe for the CPU.
  var float32: Double?
  /// The same with products of bf16; nil where the CPU has none.
  var bfloat16: Double?
  /// Bytes a second that are read from memory.
  var readBandwidth: Double
  /// Bytes a second of STREAM's triad: two numbers read and one written.
  var triadBandwidth: Double

  /// Measures them; takes about a second.
  static func measured(threads count: Int) throws -> Ceilings {
    let pool = ThreadPool(count: count)
    let bandwidth = try BandwidthProbe(pool)
    return Ceilings(
      threads: count, float32: arithmetic(probe_float32(), pool),
      bfloat16: arithmetic(probe_bfloat16(), pool),
      readBandwidth: bandwidth.read(), triadBandwidth: bandwidth.triad())
  }

  /// The higher of each of these and of another measurement: the machine's clock changes with what it did before.
  func raised(to other: Ceilings) -> Ceilings {
    func higher(_ left: Double?, _ right: Double?) -> Double? {
      [left, right].compactMap(\.self).max()
    }
    return Ceilings(
      threads: threads, float32: higher(float32, other.float32), bfloat16: higher(bfloat16, other.bfloat16),
      readBandwidth: max(readBandwidth, other.readBandwidth),
      triadBandwidth: max(triadBandwidth, other.triadBandwidth))
  }

  /// The roof over a precision; nil where it was not measured.
  func peak(_ precision: Precision) -> Double? {
    switch precision {
    case .float32: float32
    case .bfloat16: bfloat16
    case .float64: nil
    }
  }

  /// The better of the two bandwidths.
  var bandwidth: Double { max(readBandwidth, triadBandwidth) }

  /// The roof over a pass: the peak of its precision, or what memory delivers operands for.
  ///
  /// - Parameters:
  ///   - intensity: Operations a byte of compulsory traffic.
  ///   - precision: What is computed in.
  /// - Returns: Operations a second, and whether memory is what limits them; nil where the peak was not measured.
  func roof(over intensity: Double, _ precision: Precision) -> (rate: Double, isMemory: Bool)? {
    peak(precision).map { peak in
      bandwidth * intensity < peak ? (bandwidth * intensity, true) : (peak, false)
    }
  }

  /// The ceilings in a line.
  var summary: String {
    func billions(_ number: Double?, _ unit: String) -> String {
      number.map { "\(decimal($0 * 1e-9, places: 1)) \(unit)" } ?? "not measured"
    }
    return "\(threads) \(threads == 1 ? "thread" : "threads"): "
      + "float32 \(billions(float32, "GFLOP/s")), bf16 \(billions(bfloat16, "GFLOP/s")), "
      + "memory read \(billions(readBandwidth, "GB/s")), triad \(billions(triadBandwidth, "GB/s"))"
  }

  /// The best of a few runs of a tenth of a second, on all threads at once.
  private static func arithmetic(_ probe: probe_arithmetic, _ pool: ThreadPool) -> Double? {
    guard let run = probe.run else { return nil }
    func seconds(_ rounds: Int64) -> Double {
      let loop = ParallelLoop(threads: pool, count: pool.count) { _, _ in _ = run(rounds) }
      return Double(nanoseconds { loop.run() }) * 1e-9
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
  private let pool: ThreadPool
  private let arrays: [AlignedBuffer]

  init(_ pool: ThreadPool) throws {
    self.pool = pool
    arrays = try (0..<3).map { _ in try AlignedBuffer(byteCount: Self.count * 4) }
    // Each thread touches its part first, so that the memory lies near it.
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

  /// Numbers a second, in the best of a few runs.
  private func best(_ body: @escaping ([UnsafeMutablePointer<Float>], Range<Int>) -> Void) -> Double {
    let loop = makeLoop(body)
    let times = (0..<5).map { _ in nanoseconds { loop.run() } }
    return Double(Self.count) / (Double(times.min() ?? 1) * 1e-9)
  }
}
