import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The times of all processors together since boot, from Linux's /proc/stat.
struct ProcessorTimes: Equatable {
  let processors: Int
  /// Ticks in which any process or the kernel ran.
  let busy: Int
  /// Ticks in which a virtual processor wanted to run and the hypervisor ran something else.
  let stolen: Int

  /// Reads the text of /proc/stat; nil if it is not of that form.
  init?(stat: String) {
    let lines = stat.split(separator: "\n").map { $0.split(separator: " ") }
    guard let all = lines.first(where: { $0.first == "cpu" }) else { return nil }
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are part of user and nice.
    let ticks = all.dropFirst().prefix(8).compactMap { Int($0) }
    guard ticks.count == 8, ticks.allSatisfy({ $0 >= 0 }) else { return nil }
    processors = lines.count { $0.first?.hasPrefix("cpu") == true && $0.first != "cpu" }
    guard processors > 0 else { return nil }
    busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
    stolen = ticks[7]
  }
}

/// The load of other programs on the machine during a measurement.
struct Disturbance: Codable, Equatable, Sendable {
  /// The part of the processors' time that the hypervisor gave to others; nil if the system does not report it.
  var stolen: Double?
  /// The part of the processors' time that other processes used; nil if the system does not report it.
  var others: Double?
  /// The distance between the 10th and the 90th percentile of the steps' times, as a fraction of the median.
  var spread: Double

  /// A row beyond these is marked.
  ///
  /// Background work of a quiet machine takes less than 1 % of two processors, and a quiet run spreads by 2 to 10 %; a
  /// busy loop on one of ten processors takes 10 %.
  private static let limits = (stolen: 0.02, others: 0.05, spread: 0.25)

  /// The reasons that the measurement is unreliable; empty if it was undisturbed.
  var reasons: [String] {
    func percent(_ share: Double) -> String { "\(decimal(100 * share, places: 0)) %" }
    var reasons: [String] = []
    if let stolen, stolen > Self.limits.stolen {
      reasons.append("steal took \(percent(stolen)) of the CPU time")
    }
    if let others, others > Self.limits.others {
      reasons.append("other processes took \(percent(others)) of the CPU time")
    }
    if spread > Self.limits.spread {
      reasons.append("the 10–90 % range is \(percent(spread)) of the median")
    }
    return reasons
  }

  var isDisturbed: Bool { !reasons.isEmpty }

  /// The severity, for finding the least disturbed of several measurements.
  var severity: Double { (stolen ?? 0) + (others ?? 0) + spread }
}

/// Watches the machine from the time it is created.
struct DisturbanceWatch {
  /// A reading of the clocks.
  struct Reading {
    /// The times of all processors; nil if the system does not report them.
    let times: ProcessorTimes?
    /// The CPU time of this process in seconds; while it measures, the neighbor is its only child.
    let own: Double
    /// The CPU time of the neighbor in seconds; nil without one, or if the system does not report it.
    var neighbor: Double?
    /// Seconds since the watch was made.
    let elapsed: Double

    static func now(since start: ContinuousClock.Instant, beside neighbor: Neighbor?) -> Reading {
      let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8)
      return Reading(
        times: text.flatMap(ProcessorTimes.init), own: ownSeconds, neighbor: neighbor?.cpuSeconds,
        elapsed: start.duration(to: .now) / .seconds(1))
    }

    private static var ownSeconds: Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
  }

  /// The difference of two readings.
  struct Interval {
    let before: Reading
    let after: Reading
    var ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// The CPU time of this process.
    var ownSeconds: Double { after.own - before.own }

    private var neighborSeconds: Double? {
      before.neighbor.flatMap { before in after.neighbor.map { $0 - before } }
    }

    /// The part of its demand that the neighbor received.
    func received(by neighbor: Neighbor) -> Neighbor.Received {
      let wanted = (after.elapsed - before.elapsed) * neighbor.demand.share
      return .init(demand: neighbor.demand, share: neighborSeconds.map { $0 / max(wanted, 1e-9) })
    }

    /// The disturbance of steps that ran in the interval; the neighbor, which is intended, does not count.
    func disturbance(of steps: [UInt64]) -> Disturbance {
      let times = Distribution(nanoseconds: steps)
      let spread = (times.spread.upperBound - times.spread.lowerBound) / times.median
      guard let first = before.times, let last = after.times else { return Disturbance(spread: spread) }
      let available = (after.elapsed - before.elapsed) * Double(last.processors)
      // A tick begun on each processor may be counted on either side of the measurement.
      let error = Double(last.processors) / ticksPerSecond
      func share(_ seconds: Double) -> Double { max(seconds - error, 0) / max(available, error) }
      let busy = Double(last.busy - first.busy) / ticksPerSecond
      return Disturbance(
        stolen: share(Double(last.stolen - first.stolen) / ticksPerSecond),
        others: share(busy - ownSeconds - (neighborSeconds ?? 0)), spread: spread)
    }
  }

  private let start = ContinuousClock.now
  private let neighbor: Neighbor?
  private let before: Reading

  init(beside neighbor: Neighbor? = nil) {
    self.neighbor = neighbor
    before = .now(since: start, beside: neighbor)
  }

  /// The interval since the watch was created.
  func stop() -> Interval {
    Interval(before: before, after: .now(since: start, beside: neighbor))
  }
}

extension Measurement {
  /// Repeats a measurement until it is undisturbed.
  ///
  /// - Parameters:
  ///   - retries: The maximum number of repetitions.
  ///   - measure: Measures once.
  /// - Returns: The first that is undisturbed, or the least disturbed of all.
  /// - Throws: The errors of `measure`.
  static func undisturbed(retries: Int, _ measure: () throws -> Measurement) rethrows -> Measurement {
    var best = try measure()
    for attempt in 0..<retries where best.disturbance?.isDisturbed == true {
      var next = try measure()
      next.attempts = attempt + 2
      if let severity = next.disturbance?.severity, next.disturbance?.isDisturbed == true,
        severity >= best.disturbance?.severity ?? 0
      {
        best.attempts = attempt + 2
      } else {
        best = next
      }
    }
    return best
  }
}
