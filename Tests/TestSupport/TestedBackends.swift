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

/// The backends available in this build on this machine.
public enum TestedBackends {
  /// Threads that the tested backends use.
  public static let threads = ThreadPool(count: 2)

  /// The names of all.
  public static let names: [String] = ["reference"] + fastNames

  /// The names of all except the reference.
  ///
  /// The package does not require BLIS, so it may be missing.
  public static let fastNames: [String] = {
    var names: [String] = []
    #if OpenBLAS
      names.append("openblas")
    #endif
    #if BLIS
      do {
        _ = try BLIS(threads: threads)
        names.append("blis")
      } catch {
        print("skipped: \(error)")
      }
    #endif
    #if DNNL
      names.append("dnnl")
    #endif
    return names
  }()

  /// The fastest of them.
  public static let fastest = names[names.count - 1]

  /// Makes the backend of a name.
  public static func make(
    _ name: String, threads: Int = threads.count, allowsEmulation: Bool = false
  ) throws -> any Backend {
    let pool = ThreadPool(count: threads)
    switch name {
    #if OpenBLAS
      case "openblas": return try OpenBLAS(threads: pool)
    #endif
    #if BLIS
      case "blis": return try BLIS(threads: pool)
    #endif
    #if DNNL
      case "dnnl": return try DNNL(threads: pool, allowsEmulation: allowsEmulation)
    #endif
    default: return Reference(threads: pool)
    }
  }

  /// Whether one of them computes in bf16, emulated or not.
  public static let haveBfloat16 = names.contains {
    (try? make($0, allowsEmulation: true).information.precisions.contains(.bfloat16)) ?? false
  }

  /// Makes all backends.
  public static func all() throws -> [any Backend] { try names.map { try make($0) } }

  /// Makes all except the reference.
  public static func fast() throws -> [any Backend] { try fastNames.map { try make($0) } }
}
