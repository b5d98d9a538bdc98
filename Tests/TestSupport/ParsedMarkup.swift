import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A document of XML, or of HTML that is well-formed XML, as a parser sees it.
public final class ParsedMarkup: NSObject, XMLParserDelegate {
  /// An element.
  public final class Element {
    /// Its name.
    public let name: String
    /// Its attributes.
    public let attributes: [String: String]
    /// All text in it and in the elements in it.
    public fileprivate(set) var text = ""

    fileprivate init(_ name: String, _ attributes: [String: String]) {
      self.name = name
      self.attributes = attributes
    }
  }

  /// All elements, in the order in which they begin.
  public private(set) var elements: [Element] = []
  /// What is wrong with the document; nil if it is well-formed.
  public private(set) var problem: String?
  private var open: [Element] = []

  /// Parses a document.
  public init(_ document: String) {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    if !parser.parse() {
      problem = "line \(parser.lineNumber): \(String(describing: parser.parserError))"
    }
  }

  /// The texts of all elements of a name.
  public func texts(of name: String) -> [String] { elements.filter { $0.name == name }.map(\.text) }

  /// Notes an element.
  public func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes: [String: String] = [:]
  ) {
    let element = Element(elementName, attributes)
    elements.append(element)
    open.append(element)
  }

  /// Adds text to the elements that it is in.
  public func parser(_ parser: XMLParser, foundCharacters string: String) {
    for element in open { element.text += string }
  }

  /// Closes an element.
  public func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
