import Backends
import ReferenceBackend

#if OpenBLAS
  import OpenBLASBackend
#endif
#if BLIS
  import BLISBackend
#endif
#if DNNL
  import DNNLBackend
#endif

extension BackendRegistry {
  /// The backends of this package; those not in the build stay in the list with the reason.
  static let builtIn = [dnnl, openBLAS, blis, reference]

  private static let dnnl: Entry = {
    let summary = "oneDNN, blocked layouts"
    #if DNNL
      return Entry(name: "dnnl", summary: summary) {
        try DNNL(threads: $0.threads, allowsEmulation: $0.allowsEmulation)
      }
    #else
      return .notInBuild("dnnl", summary: summary, trait: "DNNL")
    #endif
  }()

  private static let openBLAS: Entry = {
    let summary = "im2col and OpenBLAS"
    #if OpenBLAS
      return Entry(name: "openblas", summary: summary) { try OpenBLAS(threads: $0.threads) }
    #else
      return .notInBuild("openblas", summary: summary, trait: "OpenBLAS")
    #endif
  }()

  private static let blis: Entry = {
    let summary = "im2col and BLIS"
    #if BLIS
      return Entry(name: "blis", summary: summary) { try BLIS(threads: $0.threads) }
    #else
      return .notInBuild("blis", summary: summary, trait: "BLIS")
    #endif
  }()

  private static let reference = Entry(name: "reference", summary: "plain loops, as in the book") {
    Reference(threads: $0.threads)
  }
}

extension BackendRegistry.Entry {
  /// The entry of a backend whose package trait was off in this build.
  fileprivate static func notInBuild(_ name: String, summary: String, trait: String) -> Self {
    Self(name: name, summary: summary) { _ in
      throw BackendError.unavailable(
        reason: "this build has no \(name) backend: the package trait \(trait) was disabled")
    }
  }
}
