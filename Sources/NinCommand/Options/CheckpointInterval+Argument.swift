import ArgumentParser
import NetworkInNetwork

extension CheckpointInterval: ExpressibleByArgument {
  /// Parses seconds (`30s`), minutes (`5m`) or a number of steps (`200`).
  public init?(argument: String) {
    if let steps = Int(argument), steps > 0 {
      self = .steps(steps)
    } else if argument.hasSuffix("s"), let seconds = Double(argument.dropLast()), seconds > 0,
      seconds.isFinite
    {
      self = .seconds(seconds)
    } else if argument.hasSuffix("m"), let minutes = Double(argument.dropLast()), minutes > 0,
      minutes.isFinite
    {
      self = .seconds(60 * minutes)
    } else {
      return nil
    }
  }

  /// The default in the help.
  public var defaultValueDescription: String {
    switch self {
    case .seconds(let seconds): "\(Int(seconds))s"
    case .steps(let steps): "\(steps)"
    }
  }
}
