#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The number of processors for threads that load images.
enum Processors {
  /// The largest number used; more threads would wait for the disk and for each other.
  static let largestCount = 64

  /// The number of processors, at most ``largestCount``.
  static var count: Int {
    min(max(ProcessInfo.processInfo.activeProcessorCount, 1), largestCount)
  }
}
