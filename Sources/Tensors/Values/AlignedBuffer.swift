#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zero-filled memory with the alignment of vector registers and cache lines.
///
/// The memory comes straight from the system, so that pages that are never touched cost nothing.
public final class AlignedBuffer: @unchecked Sendable {
  /// The first byte, at a multiple of ``alignment``.
  public let baseAddress: UnsafeMutableRawPointer

  /// The number of bytes.
  public let byteCount: Int

  /// The alignment of the first byte: a cache line, which is also the widest vector register.
  public static let alignment = 64

  /// The smallest multiple of ``alignment`` that is at least as large, in bytes.
  public static func rounded(_ byteCount: Int) -> Int {
    (byteCount + alignment - 1) / alignment * alignment
  }

  /// Allocates memory from the system.
  ///
  /// - Parameter byteCount: The number of bytes; 0 is allowed.
  /// - Throws: ``OutOfMemory`` if the system does not have enough.
  public init(byteCount: Int) throws {
    let reserved = max(byteCount, 1)
    let address = mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address, address != MAP_FAILED else { throw OutOfMemory(byteCount: byteCount) }
    baseAddress = address
    self.byteCount = byteCount
  }

  deinit {
    munmap(baseAddress, max(byteCount, 1))
  }
}

/// The system refused memory.
public struct OutOfMemory: Error, CustomStringConvertible {
  /// The number of bytes requested.
  public let byteCount: Int

  /// One line that says how much was requested and what would help.
  public var description: String {
    "the system cannot provide \(byteCount / 1_048_576) MiB of memory; a smaller batch or image needs less"
  }
}
