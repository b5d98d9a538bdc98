#if DNNL
  import Backends
  import CDNNL

  /// A reordering that is run again and again, with the time that it has taken.
  final class TimedCopy {
    private let primitive: Primitive
    private let argument: Int32
    private let byteCount: Int
    private var elapsed = Duration.zero

    init(_ primitive: Primitive, argument: Int32, byteCount: Int) {
      self.primitive = primitive
      self.argument = argument
      self.byteCount = byteCount
    }

    func run() throws {
      let start = ContinuousClock.now
      try primitive.run()
      elapsed += start.duration(to: .now)
    }

    /// What it has done so far, for people.
    func conversion(pass: String, isRepacking: Bool) -> LayoutConversion {
      LayoutConversion(
        tensor: tensor, pass: pass, byteCount: byteCount, isRepacking: isRepacking, elapsed: elapsed)
    }

    private var tensor: String {
      switch argument {
      case DNNL_ARG_SRC: "input"
      case DNNL_ARG_DST: "output"
      case DNNL_ARG_WEIGHTS: "weight"
      case DNNL_ARG_DIFF_SRC: "input gradient"
      case DNNL_ARG_DIFF_DST: "output gradient"
      case DNNL_ARG_DIFF_WEIGHTS: "weight gradient"
      default: "bias"
      }
    }
  }
#endif
