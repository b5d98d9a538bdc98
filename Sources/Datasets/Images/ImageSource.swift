/// The part of a folder's data set that some images are: all of it, with the folder's own classes.
package struct ImageSource: Sendable, Equatable {
  /// The folder, as it was opened.
  package let folder: String
  /// The part.
  package let part: DatasetPart

  /// Names a part of a folder's data set.
  package init(folder: String, part: DatasetPart) {
    self.folder = folder
    self.part = part
  }
}
