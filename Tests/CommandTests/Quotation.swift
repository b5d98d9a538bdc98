import Foundation

/// A quotation in a chapter of the book, after a comment with the name of the file that it is from,
/// `<!-- Sources/Layers/Models/NiN.swift -->`.
struct Quotation {
  /// The chapter.
  let document: String
  /// The file.
  let file: String
  /// The lines after the comment, to the end of the chapter.
  let following: ArraySlice<Substring>

  /// The quotations of all chapters.
  static func all() throws -> [Quotation] {
    let book = "Docs/Documentation.docc"
    let folder = Clone.root.appendingPathComponent(book).path
    let chapters = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
    return try chapters.flatMap { try quotations(in: "\(book)/\($0)") }
  }

  private static func quotations(in document: String) throws -> [Quotation] {
    let lines = try Clone.lines(of: document)
    return lines.indices.compactMap { index in
      guard let name = lines[index].wholeMatch(of: /<!-- ([^ ]+) -->/)?.1 else { return nil }
      return Quotation(document: document, file: String(name), following: lines[(index + 1)...])
    }
  }

  /// The lines of a block of code; nil if it is something else.
  var code: [Substring]? {
    guard following.first?.hasPrefix("```") == true else { return nil }
    return Array(following.dropFirst().prefix { $0 != "```" })
  }

  /// The cells of a table's rows, without its heading; nil if it is something else.
  var rows: [[String]]? {
    guard following.first?.hasPrefix("|") == true else { return nil }
    return following.prefix { $0.hasPrefix("|") }.dropFirst(2).map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }
}
