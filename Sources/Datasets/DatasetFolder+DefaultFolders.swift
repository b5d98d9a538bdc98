extension DatasetFolder {
  /// The folders of data sets from Debian's packages and in the user's cache, if they exist.
  package static var defaultFolders: [String] {
    FashionMNIST().directories.flatMap { directory in
      let parent = directory.split(separator: "/").dropLast().map { "/\($0)" }.joined()
      let folders = (try? FolderListing(SystemPath(parent)).folders) ?? []
      return folders.compactMap { name in name.text.map { "\(parent)/\($0)" } }
    }
  }
}
