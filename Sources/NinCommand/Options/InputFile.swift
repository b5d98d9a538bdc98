import ArgumentParser

/// Rejects standard input for options that take a file.
///
/// - Parameter options: The options and their paths, nil if not given.
/// - Throws: `ValidationError` that names the first such option.
func requireFiles(_ options: [(name: String, path: String?)]) throws {
  guard let name = options.first(where: { $0.path == ImageInput.standardInputPath })?.name else { return }
  throw ValidationError(
    "\(name) does not read standard input; give it a file, or ./- for a file of that name")
}
