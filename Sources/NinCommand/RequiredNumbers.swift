import ArgumentParser

/// Refuses options whose numbers are less than 1.
func requirePositive(_ options: [(name: String, value: Int?)]) throws {
  for (name, value) in options {
    if let value, value < 1 { throw ValidationError("\(name) is \(value); it must be at least 1") }
  }
}
