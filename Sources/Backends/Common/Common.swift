import Operations

/// Rows for the tables of backends: kernels that any backend may use, for operations bound by memory rather than by
/// arithmetic.
///
/// They compute in float32 and bfloat16, on plain layouts and on others that store channels in runs
/// (`ChannelRunOrder`).
public enum Common {
  /// The owner of the rows.
  static let owner = "common"

  /// Why an operation cannot be done by these rows, in one line; nil if it can, or does not apply.
  public static func limitation(of operation: TensorOperation) -> String? {
    guard case .maxPooling(let geometry) = operation else { return nil }
    let taps = geometry.window.kernel.area
    return taps <= 1 << 16 ? nil : "a window of \(taps) elements has more than the 65,536 that are supported"
  }
}
