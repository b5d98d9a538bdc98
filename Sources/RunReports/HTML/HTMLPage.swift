import Drawing

/// A page in one file without scripts or external resources.
package struct HTMLPage {
  /// A section of the page, with a heading and an entry in the table of contents.
  package struct Section {
    let title: String
    let content: HTML

    /// Creates a section from a heading and the content below it.
    package init(title: String, content: HTML) {
      self.title = title
      self.content = content
    }
  }

  let title: String
  /// The content below the title.
  let introduction: HTML
  let sections: [Section]

  /// Creates a page from its sections.
  package init(title: String, introduction: HTML, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// The complete document.
  package var document: String {
    let body = HTML([
      .element("a", with: ["class": "skip", "href": "#content"], "Skip to content"),
      .element("header", [.element("h1", title), introduction]),
      contents,
      .element("main", with: ["id": "content"], sections.enumerated().map { Self.section($1, number: $0) }),
    ])
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(Markup.escaped(title))</title>
      <style>\(StyleSheet.text)</style>
      </head>
      <body>
      \(body.markup)
      </body>
      </html>

      """
  }

  private var contents: HTML {
    let items = sections.enumerated().map { number, section in
      HTML.element("li", [.element("a", with: ["href": "#section-\(number + 1)"], section.title)])
    }
    return .element("nav", with: ["aria-label": "Contents"], [.element("ul", items)])
  }

  private static func section(_ section: Section, number: Int) -> HTML {
    let identifier = "section-\(number + 1)"
    return .element(
      "section", with: ["id": identifier, "aria-labelledby": identifier + "-title"],
      [.element("h2", with: ["id": identifier + "-title"], section.title), section.content])
  }
}
