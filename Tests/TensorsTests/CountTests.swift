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

  @Test(
    "give the range of labels",
    arguments: [
      (0, "there are no classes"), (1, "with 1 class, the only label is 0"),
      (10, "with 10 classes, labels are 0 to 9"),
    ])
  func labels(count: Int, text: String) {
    #expect(labelRange(classes: count) == text)
  }

  @Test("are grouped by thousands", arguments: [(-1234, "-1,234"), (Int.min, "-9,223,372,036,854,775,808")])
  func grouping(number: Int, text: String) {
    #expect(grouped(number) == text)
  }
}
