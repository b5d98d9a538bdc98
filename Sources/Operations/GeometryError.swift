import Tensors

/// The reason that an operation cannot be computed on an input.
///
/// A `reason` is the line that ``description`` returns: what was given and what is needed.
public enum GeometryError: Error, Equatable, CustomStringConvertible {
  /// The input has a rank or extents that the operation does not take.
  case unsuitableInput(Shape, reason: String)
  /// No window fits on a plane of this size, or one would be entirely in the padding: a larger image may fit.
  case windowDoesNotFit(input: Extent2D, reason: String)
  /// An argument is outside its range; the name is that of the initializer's parameter, and the reason, which is printed
  /// alone, names the argument too.
  case invalidArgument(name: String, reason: String)
  /// A tensor would have more elements, or the operation more multiplications, than can be counted or computed.
  case tooLarge(reason: String)

  /// The given value and the required one, in one line.
  public var description: String {
    switch self {
    case .unsuitableInput(_, let reason), .windowDoesNotFit(_, let reason), .invalidArgument(_, let reason),
      .tooLarge(let reason):
      reason
    }
  }
}
