import Testing

@Suite("Figures quoted in documents")
struct QuotedFiguresTests {
  /// Whether one line of a file has all the numbers of a row, as they are written.
  private static func contains(_ source: [Substring], _ row: [String]) -> Bool {
    let figures = row.filter { $0.wholeMatch(of: /[0-9][0-9.,]*/) != nil }
    return source.contains { line in
      let numbers = Set(line.matches(of: /[0-9][0-9.,]*/).map { String($0.output) })
      return numbers.isSuperset(of: figures)
    }
  }

  @Test("are in the files that are named")
  func figures() throws {
    let quotations = try Quotation.all()
    #expect(quotations.contains { $0.rows != nil })
    for quotation in quotations {
      let source = try Clone.lines(of: quotation.file)
      for row in quotation.rows ?? [] {
        #expect(
          Self.contains(source, row),
          "\(quotation.document) has figures that are not in a line of \(quotation.file): \(row)")
      }
    }
  }

  @Test("are not found after any change")
  func search() {
    let source: [Substring] = ["| NiN, 128 | 280 / 282 | 1,422 / 1,399 |", "| 1 | 0.834 |"]
    #expect(Self.contains(source, ["dnnl", "1,399", "282"]))
    #expect(!Self.contains(source, ["dnnl", "1,398", "282"]))
    #expect(!Self.contains(source, ["1,399", "0.834"]))
    #expect(!Self.contains(source, ["28"]))
  }
}
