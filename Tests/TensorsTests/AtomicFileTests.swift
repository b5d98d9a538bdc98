import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Atomic files")
struct AtomicFileTests {
  struct Interruption: Error {}

  @Test("a file has everything that was written, and no other file remains")
  func complete() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.txt")
    try AtomicFile.write(to: path) { file in
      try file.write("one ")
      try file.write([UInt8(ascii: "2")])
    }
    #expect(try bytes(of: path) == Array("one 2".utf8))
    #expect(try directory.names() == ["a.txt"])
  }

  @Test("an error of the body is rethrown, and the old file is kept")
  func interrupted() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(Array("old".utf8), to: "a.txt")
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: path) { file in
        try file.write("half of the new")
        throw Interruption()
      }
    }
    #expect(try bytes(of: path) == Array("old".utf8))
    #expect(try directory.names() == ["a.txt"])
  }

  @Test("readers see the old file until the body has finished")
  func oldUntilComplete() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(Array("old".utf8), to: "a.txt")
    try AtomicFile.write(to: path) { file in
      try file.write("new")
      #expect(try bytes(of: path) == Array("old".utf8))
    }
    #expect(try bytes(of: path) == Array("new".utf8))
  }

  @Test("a replaced file keeps its permissions")
  func permissions() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write([], to: "a.txt")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try AtomicFile.write(to: path) { try $0.write("new") }
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test("a link is followed and stays a link")
  func links() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(Array("old".utf8), to: "a.txt")
    let link = directory.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a.txt")
    try AtomicFile.write(to: link) { try $0.write("new") }
    #expect(try bytes(of: path) == Array("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a.txt")
  }

  @Test("dangling links are followed, and their target is created")
  func danglingLinks() throws {
    let directory = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: directory.path("folder"), withIntermediateDirectories: true)
    try #require(symlink("second", directory.path("first")) == 0)
    try #require(symlink("folder/../folder/file", directory.path("second")) == 0)
    try AtomicFile.write(to: directory.path("first")) { try $0.write("new") }
    #expect(try bytes(of: directory.path("folder/file")) == Array("new".utf8))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory.path("first")) == "second")
    #expect(try directory.names() == ["first", "folder", "second"])
    #expect(try directory.names(in: "folder") == ["file"])
  }

  @Test("links that form a cycle or lead into a missing directory are rejected and kept")
  func badLinks() throws {
    let directory = try TemporaryFolder()
    for (target, reason) in [
      ("link", "Too many levels of symbolic links"),
      ("absent/file", "it links to \(directory.path("absent/file")), whose folder does not exist"),
    ] {
      let link = directory.path("link")
      unlink(link)
      try #require(symlink(target, link) == 0)
      let complaint = complaint { try AtomicFile.write(to: link) { try $0.write("new") } }
      #expect(complaint?.hasPrefix("\(link) cannot be written: \(reason)") == true)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    }
    #expect(try directory.names() == ["link"])
  }

  /// Root may write to any file, and does not to one that nobody has permission to write to.
  @Test("a write-protected file is rejected, although its directory would allow replacing it")
  func writeProtected() throws {
    let directory = try TemporaryFolder()
    let path = try directory.write(Array("old".utf8), to: "a.txt")
    chmod(path, 0o444)
    for name in ["a.txt", "link"] {
      if name == "link" { try #require(symlink("a.txt", directory.path("link")) == 0) }
      let complaint = complaint { try AtomicFile.write(to: directory.path(name)) { try $0.write("new") } }
      #expect(complaint?.contains("write-protected") == true)
    }
    #expect(try bytes(of: path) == Array("old".utf8))
    chmod(path, 0o600)
    try AtomicFile.write(to: path) { try $0.write("new") }
    #expect(try bytes(of: path) == Array("new".utf8))
  }

  @Test(
    "a file within a file, in a missing directory or at a directory's path is rejected with path and reason")
  func impossiblePaths() throws {
    let directory = try TemporaryFolder()
    let file = try directory.write(Array("old".utf8), to: "a.txt")
    let targets = [
      ("\(file)/b.txt", "Not a directory"),
      (directory.path("absent/b.txt"), "its folder does not exist"),
      (directory.path, "Is a directory"),
      (directory.path("absent/"), "does not name a file"),
    ]
    for (path, reason) in targets {
      let complaint = complaint { try AtomicFile.write(to: path) { try $0.write("new") } }
      #expect(complaint?.hasPrefix("\(path) cannot be written: ") == true)
      #expect(complaint?.contains(reason) == true)
    }
    #expect(try directory.names() == ["a.txt"])
  }

  @Test("a full disk is reported", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() {
    let complaint = complaint { try AtomicFile.write(to: "/dev/full") { try $0.write("new") } }
    #expect(complaint == "/dev/full cannot be written: No space left on device")
  }

  @Test("a directory without write permission is reported", .enabled(if: getuid() != 0))
  func readOnlyDirectory() throws {
    let directory = try TemporaryFolder()
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: directory.path)
    let complaint = complaint { try AtomicFile.write(to: directory.path("a")) { try $0.write("new") } }
    #expect(complaint == "\(directory.path("a")) cannot be written: Permission denied")
  }

  @Test("an error stays on one line, whatever the path")
  func oneLine() {
    let complaint = complaint { try AtomicFile.write(to: "/absent\n\u{2028}/a") { _ in } }
    #expect(complaint?.contains { $0.isNewline } == false)
  }

  @Test("the temporary file of a crashed writer of the same file is removed, and nothing else")
  func abandoned() throws {
    let directory = try TemporaryFolder()
    let names = [
      ".a.txt.4711-0.tmp", ".a.txt.4711-0.tmp.bak", ".a.txt.tmp", ".a.txt.x-0.tmp", ".b.txt.4711-0.tmp",
      "a.txt.4711-0.tmp",
    ]
    for name in names { _ = try directory.write(Array("half".utf8), to: name) }
    try AtomicFile.write(to: directory.path("a.txt")) { try $0.write("new") }
    #expect(try directory.names() == (names.dropFirst() + ["a.txt"]).sorted())
  }

  @Test("the temporary file of another writer of the same file is kept")
  func concurrentWriters() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.txt")
    try AtomicFile.write(to: path) { outer in
      try outer.write("first to begin, ")
      try AtomicFile.write(to: path) { try $0.write("second to begin") }
      #expect(try bytes(of: path) == Array("second to begin".utf8))
      try outer.write("last to end")
    }
    #expect(try bytes(of: path) == Array("first to begin, last to end".utf8))
    #expect(try directory.names() == ["a.txt"])
  }
}
