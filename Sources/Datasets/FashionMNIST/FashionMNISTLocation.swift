extension FashionMNIST {
  /// The two files of one part.
  struct Paths: Equatable {
    let images: String
    let labels: String
  }

  /// Finds the two files of one part, gzipped or not, in the first folder that has both.
  ///
  /// - Throws: ``DatasetError`` that lists the folders with what is missing there, and what would help.
  func locate(_ part: Part) throws -> Paths {
    for directory in directories {
      guard let images = file(part.imagesName, in: directory) else { continue }
      guard let labels = file(part.labelsName, in: directory) else { continue }
      return Paths(images: images, labels: labels)
    }
    let searched = directories.map { "\($0) (\(whatIsMissing(for: part, in: $0)))" }
    throw DatasetError(
      "Fashion-MNIST is not there; looked in \(searched.joined(separator: " and in ")); "
        + "'apt install dataset-fashion-mnist' or 'nin data fetch' brings it, '--data DIR' says where it is")
  }

  private func file(_ name: String, in directory: String) -> String? {
    ["\(directory)/\(name).gz", "\(directory)/\(name)"].first(where: SystemFile.isRegular)
  }

  private func whatIsMissing(for part: Part, in directory: String) -> String {
    guard case .directory = SystemFile.kind(of: directory) else { return "no such folder" }
    let missing = [part.imagesName, part.labelsName].filter { file($0, in: directory) == nil }
    return "without \(missing.map { $0 + ".gz" }.joined(separator: " and "))"
  }
}
