import Testing

/// Each of its suites starts processes that take all cores, so that they run one after another.
@Suite("The command nin", .serialized)
struct CommandTests {}

/// The backends that the tested build has.
enum TestedBackends {
  #if DNNL && OpenBLAS
    static let names = ["dnnl", "openblas", "reference"]
  #elseif DNNL
    static let names = ["dnnl", "reference"]
  #elseif OpenBLAS
    static let names = ["openblas", "reference"]
  #else
    static let names = ["reference"]
  #endif

  /// The quickest of them.
  static var quickest: String { names[0] }
}
