extension DatasetFolder {
  /// The folders where Debian's packages and the user's cache keep data sets, as far as they exist.
  package static var usualFolders: [String] {
    FashionMNIST().directories.flatMap { directory in
      let parent = directory.split(separator: "/").dropLast().map { "/\($0)" }.joined()
      let folders = (try? FolderListing(SystemPath(parent)).folders) ?? []
      return folders.compactMap { name in name.text.map { "\(parent)/\($0)" } }
    }
  }
}
