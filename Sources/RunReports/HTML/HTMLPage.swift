import Drawing

/// A page in one file that needs neither a network nor a script.
package struct HTMLPage {
  /// A part of the page, with a heading and a place in the list of contents.
  package struct Section {
    let title: String
    let content: HTML

    /// Takes a heading and what stands below it.
    package init(title: String, content: HTML) {
      self.title = title
      self.content = content
    }
  }

  let title: String
  /// What comes below the title.
  let introduction: HTML
  let sections: [Section]

  /// Takes the parts of a page.
  package init(title: String, introduction: HTML, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// The whole document.
  package var document: String {
    let body = HTML([
      .element("a", with: ["class": "skip", "href": "#content"], "Skip to the content"),
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
