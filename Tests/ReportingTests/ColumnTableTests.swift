import Reporting
import Testing

@Suite("Tables in columns")
struct ColumnTableTests {
  private static func table() -> ColumnTable {
    var table = ColumnTable(["run", "model", "best accuracy"], alignment: [.left, .left, .right])
    table.add(["first", "nin", "0.9"])
    table.add(["second one", "lenet", "0.85"])
    return table
  }

  @Test("are aligned, and end without spaces")
  func alignment() {
    let lines = """
      run         model  best accuracy
      ──────────  ─────  ─────────────
      first       nin              0.9
      second one  lenet           0.85
      """
    #expect("\(Self.table())" == lines)
    #expect(Self.table().width == 32)
    #expect(Self.table().text(width: 32) == lines && Self.table().text(width: .max) == lines)
  }

  @Test("that are wider than a terminal are broken into several, each with the first column")
  func blocks() {
    let lines = """
      run         model
      ──────────  ─────
      first       nin
      second one  lenet

      run         best accuracy
      ──────────  ─────────────
      first                 0.9
      second one           0.85
      """
    #expect(Self.table().text(width: 31) == lines)
    #expect(Self.table().text(width: 5) == lines)
  }

  @Test("of one column are the same on any terminal")
  func oneColumn() {
    #expect(ColumnTable(["run"], alignment: [.left]).text(width: 1) == "run\n───")
  }
}
