/// The result of classifying an image file of a folder.
public struct ClassifiedFile: Sendable {
  /// The file.
  public let path: String
  /// The probability of each class, or the error of a file that could not be classified.
  public let result: Result<Classification, any Error>
}

extension Classifier {
  /// Classifies the image files directly in a folder, in batches.
  ///
  /// A file that cannot be read has an error as its result. Hidden files, files whose names do not end in `.png`, `.jpg`
  /// or `.jpeg`, and subfolders are skipped.
  ///
  /// ```swift
  /// for file in try classifier.classify(folder: "photographs") {
  ///   print(file.path, try file.result.get().best.name)
  /// }
  /// ```
  ///
  /// - Parameter path: The folder.
  /// - Returns: The results, ordered bytewise by the files' names.
  /// - Throws: `DatasetError` if it is not a folder, cannot be read, or has no image files; the errors of the backend's
  ///   library.
  public func classify(folder path: String) throws -> [ClassifiedFile] {
    let files = try ImageListing(folder: path).files
    return try stride(from: 0, to: files.count, by: Self.batchSize).flatMap { first in
      let batch = files[first..<min(first + Self.batchSize, files.count)]
      let images = batch.map { file in Result { try resized(file) } }
      var results = try results(for: images.compactMap { try? $0.get() })[...]
      return zip(batch, images).map { file, image in
        ClassifiedFile(path: file.path, result: image.flatMap { _ in results.removeFirst() })
      }
    }
  }

  private func resized(_ file: ImageListing.File) throws -> ResizedImage {
    if let problem = file.problem { throw problem }
    return try ImageFile.decode(path: file.path, channels: network.image[0]).resized(
      to: imageSize, by: resize)
  }
}
