/// The pixels of some images, N×C×H×W, as input for a network.
public enum Pixels {
  /// Bytes, to be normalized as the network specifies.
  case bytes(UnsafePointer<UInt8>)
  /// Numbers from 0 to 1 instead of bytes, to be normalized as the network specifies.
  case intensities(UnsafePointer<Float>)
  /// Numbers that are used as they are.
  case floats(UnsafePointer<Float>)
  /// Numbers that a float64 network uses as they are, and that others round.
  case doubles(UnsafePointer<Double>)

  /// The pixels from an element on.
  func advanced(by elements: Int) -> Pixels {
    switch self {
    case .bytes(let pointer): .bytes(pointer + elements)
    case .intensities(let pointer): .intensities(pointer + elements)
    case .floats(let pointer): .floats(pointer + elements)
    case .doubles(let pointer): .doubles(pointer + elements)
    }
  }
}
