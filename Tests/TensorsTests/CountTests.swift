import Tensors
import Testing

@Suite("Numbers with nouns")
struct CountTests {
  @Test(
    "are singular for one and plural otherwise",
    arguments: [(0, "0 epochs"), (1, "1 epoch"), (2, "2 epochs"), (60_000, "60,000 epochs")])
  func counting(number: Int, text: String) {
    #expect(counted(number, "epoch") == text)
  }

  @Test("have the plural of a noun that ends in s", arguments: [(1, "1 class"), (10, "10 classes")])
  func classes(number: Int, text: String) {
    #expect(counted(number, "class") == text)
  }

  @Test("are grouped by thousands", arguments: [(-1234, "-1,234"), (Int.min, "-9,223,372,036,854,775,808")])
  func grouping(number: Int, text: String) {
    #expect(grouped(number) == text)
  }
}
