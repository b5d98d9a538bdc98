#if DNNL
  import CDNNL

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// A set of instructions that oneDNN has kernels for.
  struct InstructionSet {
    /// Its name in DNNL_MAX_CPU_ISA.
    private let name: String
    private let flags: dnnl_cpu_isa_t
    /// Its name for display.
    let description: String

    /// The sets that oneDNN 2 and 3 distinguish and current CPUs may have; a superset comes after its subsets.
    private static let all = [
      Self(name: "SSE41", flags: dnnl_cpu_isa_sse41, description: "SSE4.1"),
      Self(name: "AVX", flags: dnnl_cpu_isa_avx, description: "AVX"),
      Self(name: "AVX2", flags: dnnl_cpu_isa_avx2, description: "AVX2"),
      Self(name: "AVX2_VNNI", flags: dnnl_cpu_isa_avx2_vnni, description: "AVX2 with VNNI"),
      Self(name: "AVX512_CORE", flags: dnnl_cpu_isa_avx512_core, description: "AVX-512"),
      Self(name: "AVX512_CORE_VNNI", flags: dnnl_cpu_isa_avx512_core_vnni, description: "AVX-512 with VNNI"),
      Self(
        name: "AVX512_CORE_BF16", flags: dnnl_cpu_isa_avx512_core_bf16,
        description: "AVX-512 with VNNI and bf16"),
      Self(
        name: "AVX512_CORE_AMX", flags: dnnl_cpu_isa_avx512_core_amx,
        description: "AVX-512 with VNNI, bf16 and AMX"),
    ]

    /// The set that oneDNN uses in this process; nil if it supports none of this CPU's.
    ///
    /// Version 3 distinguishes more sets (float16, AVX10). For one that is not in the list, it is the largest subset
    /// that is.
    static var used: Self? {
      let flags = dnnl_get_effective_cpu_isa().rawValue
      return all.last { $0.flags.rawValue & ~flags == 0 }
    }

    /// Channels that are adjacent in oneDNN's blocked images: the width of a vector.
    static var lanes: Int {
      let flags = dnnl_get_effective_cpu_isa().rawValue, avx512 = dnnl_cpu_isa_avx512_core.rawValue
      return flags & avx512 == avx512 ? 16 : 8
    }

    /// The largest set that DNNL_MAX_CPU_ISA allows; nil if the variable is not set or not valid.
    ///
    /// The variable has two names, and its value may be in lower case.
    static var limit: Self? {
      let value = getenv("ONEDNN_MAX_CPU_ISA") ?? getenv("DNNL_MAX_CPU_ISA")
      let name = value.map { String(cString: $0).uppercased() }
      return all.first { $0.name == name }
    }

    /// Whether another set contains all its instructions.
    func isContained(in other: Self) -> Bool {
      flags.rawValue & ~other.flags.rawValue == 0
    }
  }

  extension DNNL {
    /// The reason that DNNL_MAX_CPU_ISA has no effect in this process, in one line; nil if it has one, or is not set.
    ///
    /// oneDNN ignores a limit above what the CPU has.
    public static var ineffectiveLimit: String? {
      guard let limit = InstructionSet.limit, let used = InstructionSet.used, !limit.isContained(in: used)
      else { return nil }
      return "DNNL_MAX_CPU_ISA allows \(limit.description), but this CPU has \(used.description) at most"
    }
  }
#endif
