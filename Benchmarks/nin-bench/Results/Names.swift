/// Shortens a library's names to fit into a column; the results file has the full names.
enum Names {
  /// The end of a layer's dotted name: the beginning is the same for all layers of a block.
  static func layer(_ name: String, to length: Int) -> String {
    name.count <= length ? name : "…" + name.suffix(length - 1)
  }

  /// An implementation's name, shortened: for oneDNN the algorithm before the instruction set, for others the first
  /// words.
  ///
  /// `brgconv_1x1:avx512_core_bf16 + 2 reorders` becomes `brgconv_1x1 +2`.
  static func implementation(_ name: String, to length: Int) -> String {
    let parts = name.replacing(/\ reorders?/, with: "").replacing(" + ", with: " +")
      .split(separator: " +", maxSplits: 1).map(String.init)
    let (whole, copies) = (parts.first ?? "", parts.count > 1 ? " +\(parts[1])" : "")
    let halves = whole.split(separator: ":").map(String.init)
    let words = whole.split(separator: " ")
    let shorter =
      halves.count > 1
      ? [whole.replacing("_core", with: ""), halves[0]]
      : (1..<max(words.count, 1)).map { words.dropLast($0).joined(separator: " ") }
    let room = length - copies.count
    let clause = whole.split(separator: ", ").first.map(String.init) ?? whole
    let fitting = ([whole, clause] + shorter).first { $0.count <= room }
    return (fitting ?? clipped(halves.first ?? whole, to: room)) + copies
  }

  /// The order of a layout's elements, without the shape and type at the beginning of its description.
  static func layout(_ description: String, to length: Int) -> String {
    let order = description.split(separator: " ", maxSplits: 2).dropFirst(2).first.map(String.init)
    return clipped((order ?? description).replacing("blocked by ", with: "by "), to: length)
  }

  private static func clipped(_ text: String, to length: Int) -> String {
    text.count <= length ? text : text.prefix(max(length - 1, 0)) + "…"
  }
}
