#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The largest resident memory of this process so far.
enum PeakMemory {
  /// Bytes, from the line `VmHWM` of Linux's /proc/self/status; nil elsewhere.
  ///
  /// `getrusage` would not do: on Linux its figure outlives `exec`, so that a small process would inherit the
  /// peak of the large one that started it.
  static var byteCount: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes << 10
  }
}
