import Testing

@Suite("Code quoted in documents")
struct QuotedCodeTests {
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
    let quotations = try Quotation.all()
    #expect(quotations.contains { $0.code != nil })
    for quotation in quotations {
      guard let code = quotation.code else { continue }
      #expect(
        Self.contains(try Clone.lines(of: quotation.file), code),
        "\(quotation.document) shows code that is not in \(quotation.file): \(code.first ?? "")")
    }
  }

  @Test("is found with its indentation, and not found after any change")
  func search() {
    let source: [Substring] = ["struct A {", "  func f() {", "", "    g()", "  }", "}"]
    #expect(Self.contains(source, ["func f() {", "", "  g()", "}"]))
    #expect(!Self.contains(source, ["func f() {", "", "g()", "}"]))
    #expect(!Self.contains(source, ["f() {"]))
    #expect(!Self.contains(source, ["}", "}", "}"]))
    #expect(!Self.contains(source, []))
  }
}
