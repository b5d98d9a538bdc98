/// A section of the report on a training run.
///
/// A custom section is a type that conforms to this protocol, inserted into ``RunReport/sections``. Its content can be text,
/// tables and charts:
///
/// ```swift
/// struct Epochs: ReportSection {
///   let title = "Epochs"
///
///   func content(of report: RunReport) -> HTML? {
///     var table = HTMLTable("Accuracy by epoch", header: ["epoch", "accuracy"], columns: [.number, .number])
///     for epoch in report.run.epochs { table.add(["\(epoch.epoch)", "\(epoch.testAccuracy ?? .nan)"]) }
///     return table.html
///   }
/// }
///
/// report.sections.insert(Epochs(), at: 2)
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
