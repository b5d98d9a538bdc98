import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("The image files directly in a folder")
struct ImageListingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func paths(_ listing: ImageListing?) throws -> [String] {
    try #require(listing).files.map { $0.problem?.description ?? $0.path }
  }

  @Test("are ordered by name, whatever the path ends in; other files are reported")
  func order() throws {
    for name in ["b.png", "A.JPG", "a.jpeg", ".c.png", "d.gif", "e.txt"] { try folder.write([], to: name) }
    for ending in ["", "/", "//"] {
      let listing = try ImageListing(folder.path + ending)
      #expect(try paths(listing) == ["A.JPG", "a.jpeg", "b.png"].map(folder.path))
      #expect(listing?.remarks.count == 1)
      #expect(listing?.remarks.first?.contains("2, the first one is \(folder.path("d.gif"))") == true)
    }
  }

  @Test("include links to files, also dangling ones, which cannot be read later")
  func links() throws {
    try folder.write([], to: "a.png")
    symlink("a.png", folder.path("b.png"))
    symlink("absent", folder.path("c.png"))
    #expect(try paths(ImageListing(folder.path)) == ["a.png", "b.png", "c.png"].map(folder.path))
  }

  @Test("are errors if they are pipes, or their names are not UTF-8")
  func refusals() throws {
    try folder.write([], to: "a.png")
    try #require(mkfifo(folder.path("b.png"), 0o600) == 0)
    let path = folder.path("c").utf8.map(CChar.init(bitPattern:)) + [CChar(bitPattern: 0xE9)]
    try #require(
      link(folder.path("a.png"), path + Array(".png".utf8).map(CChar.init(bitPattern:)) + [0]) == 0)
    let listed = try paths(ImageListing(folder.path))
    #expect(listed.count == 3)
    #expect(listed[1] == "\(folder.path("b.png")) is not a regular file")
    #expect(listed[2].contains("not UTF-8") && isOneLine(listed[2]))
  }

  @Test("are missing from a folder that has none, and from what is not a folder")
  func absence() throws {
    try folder.write([], to: "a.txt")
    #expect(try ImageListing(folder.path("a.txt")) == nil)
    #expect(try ImageListing(folder.path("absent")) == nil)
    for name in ["a", "deeper"] {
      try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
    }
    let reason = "\(folder.path) has no .png, .jpg or .jpeg files"
    let error = try #require(throws: DatasetError.self) { try ImageListing(folder.path) }
    #expect(error.description == reason)
    // A folder with images is suggested, not the first one.
    try folder.write([], to: "deeper/b.png")
    let hint = try #require(throws: DatasetError.self) { try ImageListing(folder.path) }
    #expect(hint.description == "\(reason); folders within it are not read: give \(folder.path("deeper"))")
  }
}
