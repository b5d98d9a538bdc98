import Foundation
import Testing

/// Code that a document shows after a comment with a file's name, `<!-- Sources/Layers/Models/NiN.swift -->`, has to be in
/// that file.
@Suite("Code quoted in documents")
struct QuotedCodeTests {
  private struct Quote {
    let document: String
    let file: String
    let lines: [Substring]
  }

  private static func lines(of path: String) throws -> [Substring] {
    try Clone.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The quotes of a document.
  private static func quotes(in document: String) throws -> [Quote] {
    let lines = try lines(of: document)
    return try lines.indices.dropLast().compactMap { index in
      guard let name = lines[index].wholeMatch(of: /<!-- ([^ ]+) -->/)?.1 else { return nil }
      try #require(
        lines[index + 1].hasPrefix("```"), "\(document):\(index + 2): no code after the file's name")
      let code = lines[(index + 2)...].prefix { $0 != "```" }
      return Quote(document: document, file: String(name), lines: Array(code))
    }
  }

  /// Whether the lines follow one another in a file, all of them indented by the same number of spaces.
  private static func contains(_ source: [Substring], _ quote: [Substring]) -> Bool {
    guard let first = quote.first else { return false }
    return source.indices.contains { start in
      guard source[start].hasSuffix(first), source.count - start >= quote.count else { return false }
      let indentation = source[start].dropLast(first.count)
      guard indentation.allSatisfy({ $0 == " " }) else { return false }
      return zip(source[start...], quote).allSatisfy { $0 == ($1.isEmpty ? "" : indentation + $1) }
    }
  }

  @Test("is in the files that are named")
  func quotes() throws {
    let book = "Docs/Documentation.docc"
    let chapters = try FileManager.default.contentsOfDirectory(
      atPath: Clone.root.appendingPathComponent(book).path
    )
    .filter { $0.hasSuffix(".md") }
    let quotes = try chapters.flatMap { try Self.quotes(in: "\(book)/\($0)") }
    #expect(quotes.count >= 10)
    for quote in quotes {
      let isThere = Self.contains(try Self.lines(of: quote.file), quote.lines)
      #expect(
        isThere, "\(quote.document) shows code that is not in \(quote.file): \(quote.lines.first ?? "")")
    }
  }

  @Test("is found with its indentation, and missed after any change")
  func search() {
    let source: [Substring] = ["struct A {", "  func f() {", "", "    g()", "  }", "}"]
    #expect(Self.contains(source, ["func f() {", "", "  g()", "}"]))
    #expect(!Self.contains(source, ["func f() {", "", "g()", "}"]))
    #expect(!Self.contains(source, ["f() {"]))
    #expect(!Self.contains(source, ["}", "}", "}"]))
    #expect(!Self.contains(source, []))
  }
}
