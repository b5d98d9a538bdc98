import ArgumentParser
import NetworkInNetwork

/// An error as one line for people; those of the argument parser stay as they are.
func readable(_ error: any Error) -> any Error {
  switch error {
  case is GeometryError, is LayerError, is NetworkError, is BackendError, is TrainingError, is OutOfMemory,
    is DatasetError, is ImageFileError, is FileError:
    Line("\(error)")
  default: error
  }
}

/// A line that the argument parser prints without its usage.
private struct Line: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
