#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The number of processors for threads that load images.
enum Processors {
  /// The maximum number used; more threads would wait for the disk and for each other.
  static let maximumCount = 64

  /// The number of processors, at most ``maximumCount``.
  static var count: Int {
    min(max(ProcessInfo.processInfo.activeProcessorCount, 1), maximumCount)
  }
}
