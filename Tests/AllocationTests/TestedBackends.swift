import AllocationCounting
import Backends
import ReferenceBackend
import Testing

#if OpenBLAS
  import OpenBLASBackend
#endif
#if DNNL
  import DNNLBackend
#endif

/// The backends that this build has, by name.
enum TestedBackends {
  static var names: [String] {
    var names = ["reference"]
    #if OpenBLAS
      names.append("openblas")
    #endif
    #if DNNL
      names.append("dnnl")
    #endif
    return names
  }

  static var haveBfloat16: Bool {
    names.contains { (try? make($0).information.precisions.contains(.bfloat16)) ?? false }
  }

  static func make(_ name: String) throws -> any Backend {
    let threads = ThreadPool(count: 2)
    switch name {
    #if OpenBLAS
      case "openblas": return try OpenBLAS(threads: threads)
    #endif
    #if DNNL
      case "dnnl": return try DNNL(threads: threads, allowsEmulation: true)
    #endif
    default: return Reference(threads: threads)
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips where nothing can be counted.
  static var countsAllocations: Self {
    .enabled(if: AllocationCounter.isSupported, "allocations are counted with glibc, without sanitizers")
  }

  /// Skips in a debug build, in which the compiler puts values into boxes that it does without in a release.
  static var optimised: Self {
    #if DEBUG
      .disabled("without the optimiser Swift allocates more; use swift test -c release")
    #else
      .enabled(if: true)
    #endif
  }
}
