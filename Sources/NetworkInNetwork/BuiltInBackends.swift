extension BackendRegistry {
  /// Registers the backends of this package; those not in the build stay in the list with the reason.
  public static func registerBuiltIn() {
    #if DNNL
      register(
        Entry(name: "dnnl", summary: "oneDNN, blocked layouts") {
          try DNNL(threads: $0.threads, allowsEmulation: $0.allowsEmulation)
        })
    #else
      register(.leftOut("dnnl", summary: "oneDNN, blocked layouts", trait: "DNNL"))
    #endif
    #if OpenBLAS
      register(Entry(name: "openblas", summary: "im2col and OpenBLAS") { try OpenBLAS(threads: $0.threads) })
    #else
      register(.leftOut("openblas", summary: "im2col and OpenBLAS", trait: "OpenBLAS"))
    #endif
    #if BLIS
      register(Entry(name: "blis", summary: "im2col and BLIS") { try BLIS(threads: $0.threads) })
    #else
      register(.leftOut("blis", summary: "im2col and BLIS", trait: "BLIS"))
    #endif
    register(
      Entry(name: "reference", summary: "plain loops, as in the book") { Reference(threads: $0.threads) })
  }
}

extension BackendRegistry.Entry {
  /// The entry of a backend whose trait was off when the package was built.
  static func leftOut(_ name: String, summary: String, trait: String) -> Self {
    Self(name: name, summary: summary) { _ in
      throw BackendError(
        "this build has no \(name) backend: the package trait \(trait) was disabled "
          + "(nin backends lists those it has)")
    }
  }
}
