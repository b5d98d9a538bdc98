import ArgumentParser

/// Runs a check of the command line whose errors are not those of the argument parser.
///
/// - Parameter check: The check.
/// - Throws: `ValidationError` with the description of the check's error, so that the exit code is that of an invalid
///   command line.
package func asUsageError(_ check: () throws -> Void) throws {
  do {
    try check()
  } catch {
    throw ValidationError("\(error)")
  }
}
