/// The names of image files: those that end in `.png`, `.jpg` or `.jpeg`, in any case.
enum ImageFileName {
  private static let extensions = [".png", ".jpg", ".jpeg"]

  /// Whether a file is an image by its name.
  static func isImage(_ name: FileName) -> Bool {
    let lowercased = name.description.lowercased()
    return extensions.contains { lowercased.hasSuffix($0) }
  }
}
