extension Summary: CustomStringConvertible {
  /// A line for each row, and one with the totals.
  public var description: String {
    let total = "\(parameters) parameters, \(macs) multiply-accumulates"
    return (layers.map(\.description) + [total]).joined(separator: "\n")
  }
}

extension Summary.Row: CustomStringConvertible {
  /// Name, kind, shapes, and the number of parameters if there are any; a container's layers follow in their own rows.
  public var description: String {
    let count = children == nil && parameters > 0 ? ", \(parameters) parameters" : ""
    return "\(name) \(type): \(inputShape) → \(outputShape)\(count)"
  }
}
