/// The type of a tensor's elements, known only at run time.
public enum ElementType: String, Sendable, Codable, CaseIterable {
  case float64
  case float32
  case bfloat16
  case float16
  case int64
  case int32
  case uint8

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16: 2
    case .uint8: 1
    }
  }
}
