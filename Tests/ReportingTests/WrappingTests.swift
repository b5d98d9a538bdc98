import Reporting
import Testing

@Suite("Lines for a terminal")
struct WrappingTests {
  @Test("break between words only", arguments: [40, 60, 80, 120, 200])
  func words(width: Int) {
    let line =
      "  memory held: 515 MiB activations, 20 MiB weights, 36 MiB gradients and optimizer, all of it at a time"
    let lines = wrapped(line, to: width)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines.flatMap { $0.split(separator: " ") } == line.split(separator: " "))
    #expect(lines[0].hasPrefix("  memory") && lines.dropFirst().allSatisfy { $0.hasPrefix("    ") })
  }

  @Test("have a word that is wider than the terminal by itself, unbroken")
  func longWord() {
    let path = "/" + String(repeating: "a", count: 300)
    #expect(wrapped("in \(path) now", to: 80) == ["in", "  \(path)", "  now"])
  }
}
