#if DNNL
  import CDNNL
  import CKernels

  /// Whether this machine can compute in bfloat16.
  ///
  /// oneDNN accepts it on any CPU with AVX-512 and emulates what the CPU lacks, several times slower than float32;
  /// so the CPU's own flag decides.
  enum Bfloat16Support {
    /// The reason that bfloat16 is unavailable, in one line; nil if it is available.
    static func limitation(allowsEmulation: Bool) -> String? {
      let used = dnnl_get_effective_cpu_isa().rawValue
      guard used & dnnl_cpu_isa_avx512_core.rawValue == dnnl_cpu_isa_avx512_core.rawValue else {
        return "dnnl computes in bf16 only with AVX-512, which this CPU lacks or DNNL_MAX_CPU_ISA "
          + "forbids; use float32"
      }
      let isNative =
        ck_cpu_has_bfloat16()
        && used & dnnl_cpu_isa_avx512_core_bf16.rawValue == dnnl_cpu_isa_avx512_core_bf16.rawValue
      guard !isNative, !allowsEmulation else { return nil }
      return "this CPU has no bf16 instructions (avx512_bf16), or DNNL_MAX_CPU_ISA forbids them; "
        + "use float32, or allow oneDNN to emulate them, slowly"
    }
  }
#endif
