import Operations

/// Rows for the tables of backends: kernels that any backend can use, for operations limited by memory bandwidth.
///
/// They compute in float32 and bfloat16, on plain layouts and on others that store channels in runs
/// (``ChannelRunOrder``).
public enum Common {
  /// The owner of the rows.
  static let owner = "common"

  /// The reason that these rows cannot compute an operation, in one line; nil if they can, or the operation is not
  /// theirs.
  public static func limitation(of operation: TensorOperation) -> String? {
    guard case .maxPooling(let geometry) = operation else { return nil }
    let taps = geometry.window.kernel.area
    return taps <= 1 << 16 ? nil : "a window of \(taps) elements has more than the 65,536 that are supported"
  }
}
