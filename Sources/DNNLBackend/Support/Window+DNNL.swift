#if DNNL
  import CDNNL
  import Operations

  extension onednn_window {
    /// A window in oneDNN's terms, where a dilation counts the gaps between taps.
    init(_ window: SlidingWindow) {
      self.init()
      strides.0 = Int64(window.stride.height)
      strides.1 = Int64(window.stride.width)
      dilates.0 = Int64(window.dilation.height - 1)
      dilates.1 = Int64(window.dilation.width - 1)
      padding_before.0 = Int64(window.padding.top)
      padding_before.1 = Int64(window.padding.left)
      padding_after.0 = Int64(window.padding.bottom)
      padding_after.1 = Int64(window.padding.right)
    }
  }
#endif
