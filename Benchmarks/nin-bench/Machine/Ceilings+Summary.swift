import MachineLimits
import Reporting

extension Ceilings {
  /// The ceilings in a line.
  var summary: String {
    func billions(_ number: Double?, _ unit: String) -> String {
      number.map { "\(decimal($0 * 1e-9, places: 1)) \(unit)" } ?? "not measured"
    }
    return "\(threads) \(threads == 1 ? "thread" : "threads"): "
      + "float32 \(billions(float32, "GFLOP/s")), bf16 \(billions(bfloat16, "GFLOP/s")), "
      + "memory read \(billions(readBandwidth, "GB/s")), triad \(billions(triadBandwidth, "GB/s"))"
  }
}
