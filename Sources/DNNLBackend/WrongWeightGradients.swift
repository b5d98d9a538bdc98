#if DNNL
  import Backends
  import Operations

  /// The cases in which implementations of oneDNN compute wrong weight gradients of convolutions.
  extension PrimitiveDescriptor {
    /// Whether the implementation is wrong for a convolution, so that the next one is to be tried.
    func isWrongWeightGradient(of geometry: ConvolutionGeometry, in precision: Precision) -> Bool {
      switch precision {
      case .bfloat16: geometry.hasShortRows && !isFallback
      case .float32: geometry.copiesFewChannels && implementation == "jit_1x1:avx2"
      case .float64: false
      }
    }
  }

  extension ConvolutionGeometry {
    /// Whether the rows of the input are shorter than the stride; the fast implementations in bfloat16 then read
    /// uninitialized memory.
    ///
    /// This is the case in the source of 2.6.3, in src/cpu/x64; 3.2.0 and 3.7.2 give the same wrong gradients. With longer
    /// rows neither of these happens:
    ///
    /// - With 16 input channels or more, and with AMX, a row and its padding are copied to scratch memory, columns with
    ///   the same remainder modulo the stride together. For a remainder without a pixel the copy returns immediately
    ///   (`if (!nrows) return` in `jit_trans_iw_ic_int16_t::transpose`, jit_transpose_utils.cpp) and omits its padding,
    ///   which is then multiplied by the output's gradient. Any leftover number there, not only NaN, makes the weight
    ///   gradient wrong.
    /// - With fewer channels a pixel is paired with the one a stride farther. If that is beyond the row, its mask is
    ///   wrong (`pad_r_mask_strided` in `compute_ic_block_step_interleave`, jit_avx512_core_bf16_conv_kernel.cpp, hides
    ///   17 lanes modulo 16 instead of all): behind the last row this reads what follows the input, and multiplies it
    ///   by 0.
    fileprivate var hasShortRows: Bool { input.width < window.stride.width }

    /// Whether pixels have fewer channels than a vector of AVX2 has lanes, and the stride omits some of them.
    ///
    /// For a 1×1 kernel without padding, oneDNN copies the others to scratch memory before it multiplies. If the channels
    /// are last, or there is only one, versions 3.2.0 and 3.7.2 write past the end of that memory with AVX2 in one thread,
    /// and the gradient is wrong. 2.6.3 is right, and so is AVX-512 in one thread.
    fileprivate var copiesFewChannels: Bool { inputChannelsPerGroup < 8 && window.stride != 1 }
  }
#endif
