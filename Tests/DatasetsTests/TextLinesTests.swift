import TestSupport
import Testing

@testable import Datasets

@Suite("Text files of names")
struct TextLinesTests {
  @Test("have a name on each line, whatever ends the lines and with or without a byte order mark")
  func lines() throws {
    let folder = try TemporaryFolder()
    for text in ["cat\ndog\n", "\u{FEFF}cat\r\ndog", "\u{FEFF} cat \n\ndog"] {
      try folder.write(text.utf8, to: "names.txt")
      let names = try TextLines.read(folder.path("names.txt"))
      #expect(names.map { Array($0.utf8) } == [Array("cat".utf8), Array("dog".utf8)])
    }
    try folder.write("\u{FEFF}".utf8, to: "names.txt")
    #expect(try TextLines.read(folder.path("names.txt")).isEmpty)
  }
}
