import Layers
import Networks
import Tensors
import Training

/// The page about a training: `report.html` in its folder.
public struct RunReport {
  /// What the training has left in its folder.
  public let run: RunRecord
  /// What the network is; nil where the checkpoint is missing or cannot be read.
  public let network: CheckpointDescription?
  /// What the network makes of images that it was not trained on; nil where there are none, or they are unavailable.
  public let judged: JudgedImages?
  /// What the network holds in memory, and when: in training or in prediction.
  public let memory: (use: String, bytes: NetworkMemory)?
  /// What the reader should know first, a sentence each.
  public let notes: [String]
  /// The parts of the page, in their order.
  public var sections = Self.standardSections

  /// The parts that a page has unless it is given others.
  public static let standardSections: [any ReportSection] = [
    FiguresSection(), CurvesSection(), ConfusionSection(), ConfusedPairsSection(), MistakesSection(),
    MapsSection(), ClassesSection(), LayersSection(), ConfigurationSection(),
  ]

  /// Makes the page from what there is.
  ///
  /// - Parameters:
  ///   - run: What the training has left in its folder.
  ///   - network: What the network is.
  ///   - judged: What the network makes of images that it was not trained on.
  ///   - memory: What the network holds in memory, and when.
  ///   - notes: What the reader should know first, a sentence each; what the folder lacks is added.
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

  /// The whole page, in one file.
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
    let model = run.recipe.map { "\($0.model)" } ?? "A network"
    let version = run.metrics?.version.map { ", trained by nin \($0)" } ?? ""
    return HTML(
      [.paragraph("\(model)\(version); \(run.progress).")]
        + notes.map { .element("p", with: ["class": "note"], $0) })
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Parameter path: The file; if nil, `report.html` in the run's folder.
  /// - Throws: `FileError` if it cannot be written; the errors of the sections.
  public func write(to path: String? = nil) throws {
    let document = try document
    try AtomicFile.write(to: path ?? RunFolder.report(in: run.path)) { try $0.write(document) }
  }
}
