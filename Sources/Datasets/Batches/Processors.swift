#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The processors that threads for images can run on.
enum Processors {
  /// More threads than this would wait for the disk and for each other.
  static let largestCount = 64

  /// How many there are, at most ``largestCount``.
  static var count: Int {
    min(max(ProcessInfo.processInfo.activeProcessorCount, 1), largestCount)
  }
}
