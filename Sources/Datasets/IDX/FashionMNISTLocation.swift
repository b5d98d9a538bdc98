extension FashionMNIST {
  /// Finds the two files of one part, gzipped or not, in the first folder that has both.
  ///
  /// - Throws: ``DatasetError`` that lists the folders with the missing files, and what would help.
  func locate(_ part: DatasetPart) throws -> IDXPair {
    for directory in directories {
      if let pair = IDXPair(part.names, in: directory) { return pair }
    }
    let searched = directories.map { "\($0) (\(obstacle(for: part, in: $0)))" }
    throw DatasetError.notInstalled(
      searched: directories,
      reason: "Fashion-MNIST was not found; searched \(searched.joined(separator: " and ")); "
        + "install it with 'apt install dataset-fashion-mnist'")
  }

  private func obstacle(for part: DatasetPart, in directory: String) -> String {
    switch SystemFile.kind(of: directory) {
    case .directory: break
    case .unreachable(let reason): return "cannot be read: \(reason)"
    case .absent: return "does not exist"
    case .regular, .other: return "is not a folder"
    }
    if let reason = SystemFile.obstacle(inFolder: directory) { return "cannot be read: \(reason)" }
    return "lacks \(IDXPair.missing(part.names, in: directory).joined(separator: " and "))"
  }
}
