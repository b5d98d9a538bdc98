import Drawing

/// A fragment of a page, whose text is escaped.
///
/// The markup is well-formed XML too, so that any parser can check it.
public struct HTML: Sendable {
  /// The fragment's markup.
  public let markup: String

  /// Creates a fragment from markup, unchanged.
  ///
  /// - Parameter markup: Well-formed markup.
  public init(markup: String) {
    self.markup = markup
  }

  /// Creates a fragment from text, which is escaped.
  public init(_ text: String) {
    markup = Markup.escaped(text)
  }

  /// Concatenates fragments.
  public init(_ pieces: [HTML]) {
    markup = pieces.map(\.markup).joined()
  }

  /// An element.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes, whose values are escaped.
  ///   - content: The content.
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

  /// Content that may exceed the page and scrolls independently, with the keyboard too.
  ///
  /// - Parameters:
  ///   - label: The description for screen readers.
  ///   - content: The content.
  /// - Returns: The element.
  public static func scrolled(_ label: String, _ content: HTML) -> HTML {
    element(
      "div", with: ["class": "scroll", "role": "region", "aria-label": label, "tabindex": "0"], [content])
  }
}
