/// The time of a function in nanoseconds, at least 1.
func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
  try ContinuousClock().measure(body).nanoseconds
}

extension Duration {
  /// Whole nanoseconds, at least 1, so that nothing that was done has taken no time.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1))
  }
}
