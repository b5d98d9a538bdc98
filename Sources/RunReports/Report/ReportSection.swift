/// A section of the report on a training run.
///
/// A custom section is a type that conforms to this protocol, inserted into ``RunReport/sections``. Its content can be text,
/// tables (``HTMLTable``) and charts (``HTML/chart(_:horizontalTitle:verticalTitle:label:)``):
///
/// ```swift
/// report.sections.insert(MySection(), at: 2)
/// ```
public protocol ReportSection: Sendable {
  /// Its heading.
  var title: String { get }

  /// Its content.
  ///
  /// - Parameter report: The report.
  /// - Returns: The content below the heading; nil to omit the section.
  /// - Throws: An error if something it needs cannot be read.
  func content(of report: RunReport) throws -> HTML?
}
