#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The ways to ask the system for memory.
enum Allocator: String, CaseIterable {
  case plain = "malloc"
  case cleared = "calloc"
  case resized = "realloc"
  case aligned = "posix_memalign"
  case alignedStandard = "aligned_alloc"
  case mapped = "mmap"

  /// Requests memory and frees it.
  func allocate(_ byteCount: Int) {
    let memory = take(byteCount)
    if self == .mapped {
      munmap(memory, byteCount)
    } else {
      free(memory)
    }
  }

  // Not to be inlined: the compiler knows malloc and free, and would remove both.
  @inline(never)
  private func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    switch self {
    case .plain: return malloc(byteCount)
    case .cleared: return calloc(1, byteCount)
    case .resized: return realloc(nil, byteCount)
    case .aligned:
      var memory: UnsafeMutableRawPointer?
      return posix_memalign(&memory, 64, byteCount) == 0 ? memory : nil
    case .alignedStandard: return aligned_alloc(64, byteCount)
    case .mapped:
      return mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    }
  }
}
