import Reporting
import Testing

@Suite("Numbers with nouns")
struct NumberTests {
  @Test(
    "are singular for one and plural otherwise",
    arguments: [(0, "0 epochs"), (1, "1 epoch"), (2, "2 epochs"), (60_000, "60,000 epochs")])
  func counting(number: Int, text: String) {
    #expect(counted(number, "epoch") == text)
  }
}
