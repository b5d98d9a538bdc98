import ArgumentParser

/// Values of one option, separated by commas: `--threads 1,2`.
///
/// What is given twice counts once.
struct CommaSeparated<Value: ExpressibleByArgument & Equatable>: ExpressibleByArgument {
  let values: [Value]

  init(_ values: [Value]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let all = parts.compactMap(Value.init(argument:))
    guard all.count == parts.count else { return nil }
    values = all.reduce(into: []) { kept, value in
      if !kept.contains(value) { kept.append(value) }
    }
  }

  var defaultValueDescription: String {
    values.map(\.defaultValueDescription).joined(separator: ",")
  }
}
