import Layers
import Networks
import Tensors
import Training

/// The report on a training run: `report.html` in its folder.
public struct RunReport {
  /// The files of the run.
  public let run: RunRecord
  /// The description of the network; nil if the checkpoint is missing or cannot be read.
  public let network: CheckpointDescription?
  /// The network's predictions for images that it was not trained on; nil if they are unavailable.
  public let judged: JudgedImages?
  /// The network's memory use, in training or in prediction.
  public let memory: (use: String, bytes: NetworkMemory)?
  /// Notes for the top of the page, one sentence each.
  public let notes: [String]
  /// The sections of the page, in order.
  public var sections = Self.standardSections

  /// The default sections.
  public static let standardSections: [any ReportSection] = [
    FiguresSection(), CurvesSection(), ConfusionSection(), ConfusedPairsSection(), MistakesSection(),
    MapsSection(), ClassesSection(), LayersSection(), ConfigurationSection(),
  ]

  /// Creates the report from the available data.
  ///
  /// - Parameters:
  ///   - run: The files of the run.
  ///   - network: The description of the network.
  ///   - judged: The network's predictions for images that it was not trained on.
  ///   - memory: The network's memory use.
  ///   - notes: Notes for the top of the page, one sentence each; what is missing in the folder is added.
  public init(
    _ run: RunRecord, network: CheckpointDescription? = nil, judged: JudgedImages? = nil,
    memory: (use: String, bytes: NetworkMemory)? = nil, notes: [String] = []
  ) {
    self.run = run
    self.network = network
    self.judged = judged
    self.memory = memory
    self.notes = notes + run.missing
  }

  /// The complete page, in one file.
  ///
  /// - Throws: The errors of the sections.
  public var document: String {
    get throws {
      let parts = try sections.compactMap { section in
        try section.content(of: self).map { HTMLPage.Section(title: section.title, content: $0) }
      }
      return HTMLPage(title: run.name, introduction: introduction, sections: parts).document
    }
  }

  private var introduction: HTML {
    let model = run.recipe?.subject ?? "A network"
    let version = run.metrics?.version.map { ", trained by nin \($0)" } ?? ""
    return HTML(
      [.paragraph("\(model)\(version); \(run.progress).")]
        + notes.map { .element("p", with: ["class": "note"], $0) })
  }

  /// Writes the page, completely or not at all.
  ///
  /// - Parameter path: The file; if nil, `report.html` in the run's folder.
  /// - Throws: `FileError` if it cannot be written; the errors of the sections.
  public func write(to path: String? = nil) throws {
    let document = try document
    try AtomicFile.write(to: path ?? RunFolder.report(in: run.path)) { try $0.write(document) }
  }
}
