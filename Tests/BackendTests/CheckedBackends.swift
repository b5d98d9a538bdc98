import Backends
import ReferenceBackend

#if OpenBLAS
  import OpenBLASBackend
#endif
#if DNNL
  import DNNLBackend
#endif

/// The backends that this build has.
enum CheckedBackends {
  static let threads = ThreadPool(count: 2)

  static func all() throws -> [any Backend] {
    var backends: [any Backend] = [Reference(threads: threads)]
    #if OpenBLAS
      backends.append(try OpenBLAS(threads: threads))
    #endif
    #if DNNL
      backends.append(try DNNL(threads: threads))
    #endif
    return backends
  }
}
