import Tensors

extension ClassFolders {
  /// The same classes with a network's names for them, which may differ in case, spaces, '_' and '-'.
  ///
  /// - Parameter networkClasses: The network's classes.
  /// - Returns: The classes; nil if one of them is not among the network's, or not clearly.
  /// - Throws: ``DatasetError`` if there are as many classes as the network has, but only some of its names: in the order
  ///   of the folders, images would have the labels of other classes.
  func named(as networkClasses: [String]) throws -> ClassFolders? {
    if Set(classes.map(\.name)).isSubset(of: networkClasses) { return self }
    let known = Dictionary(networkClasses.map { (Self.key($0), [$0]) }, uniquingKeysWith: +)
    let names = classes.compactMap { folder in
      known[Self.key(folder.name)].flatMap { $0.count == 1 ? $0[0] : nil }
    }
    guard Set(names).count == classes.count else {
      guard names.isEmpty || classes.count != networkClasses.count else {
        throw mismatch(networkClasses)
      }
      return nil
    }
    let named = zip(classes, names).map { folder, name in
      Class(name: name, folderName: folder.folderName, path: folder.path, files: folder.files)
    }
    let renamed = named.first { $0.name != $0.folderName }
    let remark = renamed.map {
      "folders are matched to the network's classes regardless of case, spaces, '_' and '-': \($0.folderName.quoted) is "
        + $0.name.quoted
    }
    return ClassFolders(path: path, classes: named, remarks: remarks + [remark].compactMap(\.self))
  }

  private func mismatch(_ networkClasses: [String]) -> DatasetError {
    let keys = Set(networkClasses.map(Self.key))
    let unknown = classes.first { !keys.contains(Self.key($0.name)) } ?? classes.first
    return DatasetError.unsupported(
      path: path,
      reason:
        "\(path) has some of the network's classes, but also \((unknown?.name ?? "").quoted); rename its folders as the network's "
        + "classes: \(networkClasses.joined(separator: ", ").onOneLine(atMost: 400))")
  }

  /// The letters and digits of a name, which must be equal in matching names.
  private static func key(_ name: String) -> String {
    name.lowercased().filter { !" _-".contains($0) }
  }
}
