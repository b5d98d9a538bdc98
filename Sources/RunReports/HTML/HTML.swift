import Drawing

/// A piece of a page, whose text cannot be taken for markup.
///
/// The markup is well-formed XML too, so that any parser can check it.
public struct HTML: Sendable {
  /// The piece's markup.
  public let markup: String

  /// Takes markup as it is.
  ///
  /// - Parameter markup: Well-formed markup.
  public init(markup: String) {
    self.markup = markup
  }

  /// Takes text, which may hold anything.
  public init(_ text: String) {
    markup = Markup.escaped(text)
  }

  /// Pieces after each other.
  public init(_ pieces: [HTML]) {
    markup = pieces.map(\.markup).joined()
  }

  /// An element.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes, whose values may hold anything.
  ///   - content: What it contains.
  /// - Returns: The element.
  public static func element(
    _ name: String, with attributes: KeyValuePairs<String, String> = [:], _ content: [HTML]
  ) -> HTML {
    HTML(markup: "<\(name)\(list(attributes))>\(HTML(content).markup)</\(name)>")
  }

  /// An element with text.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes.
  ///   - text: The text.
  /// - Returns: The element.
  public static func element(
    _ name: String, with attributes: KeyValuePairs<String, String> = [:], _ text: String
  ) -> HTML {
    element(name, with: attributes, [HTML(text)])
  }

  /// An element that has no content, such as an image.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes.
  /// - Returns: The element.
  public static func empty(_ name: String, _ attributes: KeyValuePairs<String, String>) -> HTML {
    HTML(markup: "<\(name)\(list(attributes))/>")
  }

  private static func list(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0)=\"\(Markup.escaped($1))\"" }.joined()
  }

  /// A paragraph.
  public static func paragraph(_ text: String) -> HTML { element("p", text) }

  /// Content that may be wider or higher than the page, and scrolls by itself, with the keyboard too.
  ///
  /// - Parameters:
  ///   - label: What it is, for readers who do not see it.
  ///   - content: What it contains.
  /// - Returns: The element.
  public static func scrolled(_ label: String, _ content: HTML) -> HTML {
    element(
      "div", with: ["class": "scroll", "role": "region", "aria-label": label, "tabindex": "0"], [content])
  }
}
