/// Why a comparison, or one contender in it, cannot go on.
struct PeerError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
