import Backends
import ReferenceBackend

#if OpenBLAS
  import OpenBLASBackend
#endif
#if DNNL
  import DNNLBackend
#endif

/// The backends that this build has.
enum TestedBackends {
  static let threads = ThreadPool(count: 2)

  static func all() throws -> [any Backend] {
    var backends: [any Backend] = [Reference(threads: threads)]
    #if DNNL
      backends.append(try DNNL(threads: threads))
    #endif
    #if OpenBLAS
      backends.append(try OpenBLAS(threads: threads))
    #endif
    return backends
  }
}
