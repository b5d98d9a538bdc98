import NetworkInNetwork

extension ONNXInputError {
  /// The error with the option that would work.
  ///
  /// - Parameter alternative: The remedy for models that do not take images.
  /// - Returns: The error for the user.
  func withOption(alternative: String) -> FileError {
    let remedy = if case .openImageSize = self { "; give --image-size" } else { alternative }
    return FileError(path: path, problem: .unsupported(reason: problem + remedy))
  }
}
