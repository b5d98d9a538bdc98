import Backends
import ReferenceBackend

#if OpenBLAS
  import OpenBLASBackend
#endif
#if DNNL
  import DNNLBackend
#endif

/// The backends that this build has, by name.
enum TestedBackends {
  static var fast: [String] {
    var names: [String] = []
    #if OpenBLAS
      names.append("openblas")
    #endif
    #if DNNL
      names.append("dnnl")
    #endif
    return names
  }

  static var all: [String] { ["reference"] + fast }

  static func make(_ name: String, threads: Int = 2) throws -> any Backend {
    let pool = ThreadPool(count: threads)
    switch name {
    #if OpenBLAS
      case "openblas": return try OpenBLAS(threads: pool)
    #endif
    #if DNNL
      case "dnnl": return try DNNL(threads: pool)
    #endif
    default: return Reference(threads: pool)
    }
  }
}
