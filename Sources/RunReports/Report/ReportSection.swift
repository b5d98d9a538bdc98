/// A part of the page about a training.
///
/// A custom part is a type that conforms to this protocol, inserted into ``RunReport/sections``:
///
/// ```swift
/// report.sections.insert(MySection(), at: 2)
/// ```
public protocol ReportSection: Sendable {
  /// Its heading.
  var title: String { get }

  /// What it shows.
  ///
  /// - Parameter report: What is known of the training.
  /// - Returns: The content below the heading; nil to leave the section out.
  /// - Throws: What it needs and cannot read.
  func content(of report: RunReport) throws -> HTML?
}
