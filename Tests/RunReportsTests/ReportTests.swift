import Datasets
import Foundation
import TestSupport
import Testing
import Training

@testable import RunReports

@Suite("report.html")
struct ReportTests {
  private func page(_ report: RunReport) throws -> (parsed: ParsedMarkup, document: String) {
    let document = try report.document
    let parsed = ParsedMarkup(document)
    #expect(parsed.problem == nil)
    return (parsed, document)
  }

  @Test("is well-formed and has every part, whatever the names of classes")
  func complete() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("<run> & \"1\"")
    let trainer = try SampleRun.train(in: path)
    let (parsed, _) = try page(SampleRun.report(trainer, in: path))
    #expect(
      parsed.texts(of: "h2") == [
        "Results", "Curves", "Confusion matrix", "Most confused", "Worst mistakes", "Class confidence maps",
        "Classes",
        "Layers", "Configuration",
      ])
    #expect(parsed.texts(of: "h1") == ["<run> & \"1\""] && parsed.texts(of: "title") == ["<run> & \"1\""])
    let rowHeads = parsed.elements.filter { $0.name == "th" && $0.attributes["scope"] == "row" }.map(\.text)
    for name in SampleRun.names + ["net.0"] { #expect(rowHeads.contains(name), "\(name)") }
    #expect(parsed.texts(of: "code").contains { $0.contains("imageSize: 8") })
    #expect(parsed.texts(of: "code").contains { $0.contains("nin report '\(path)'") })
  }

  @Test("says how to reproduce the run: by a command, or only by the program that started it")
  func reproducing() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    let (old, _) = try page(RunReport(RunRecord(folder.path("old"))))
    let command = "nin train --recipe \(folder.path("old"))/recipe.json5"
    #expect(old.texts(of: "code").contains { $0.hasPrefix(command) })
    #expect(!old.texts(of: "p").contains { $0.contains("program that started it") })

    let trainer = try SampleRun.train(in: folder.path("run"))
    let (parsed, document) = try page(SampleRun.report(trainer, in: folder.path("run")))
    #expect(parsed.texts(of: "p").contains { $0.hasPrefix("custom network, trained by nin") })
    #expect(
      parsed.texts(of: "p").contains {
        $0.hasPrefix("The run has a custom network and custom images;") && $0.contains("only the program")
      })
    #expect(parsed.texts(of: "code").contains { $0.contains("model: \"custom\"") })
    #expect(!document.contains("nin train --recipe") && !document.contains("nin evaluate"))
  }

  @Test("needs neither a network nor a script")
  func alone() throws {
    let folder = try TemporaryFolder()
    let trainer = try SampleRun.train(in: folder.path("run"))
    let (parsed, document) = try page(SampleRun.report(trainer, in: folder.path("run")))
    #expect(!parsed.elements.contains { ["script", "link", "iframe"].contains($0.name) })
    for element in parsed.elements {
      if let source = element.attributes["src"] { #expect(source.hasPrefix("data:image/png;base64,")) }
      if let target = element.attributes["href"] { #expect(target.hasPrefix("#")) }
    }
    #expect(!document.contains("url(") && !document.contains("@import"))
  }

  @Test("is accessible by keyboard: links lead to existing parts, and scrollable elements can have the focus")
  func keyboard() throws {
    let folder = try TemporaryFolder()
    let trainer = try SampleRun.train(in: folder.path("run"))
    let (parsed, _) = try page(SampleRun.report(trainer, in: folder.path("run")))
    let identifiers = parsed.elements.compactMap { $0.attributes["id"] }
    #expect(Set(identifiers).count == identifiers.count)
    for element in parsed.elements {
      if let target = element.attributes["href"] { #expect(identifiers.contains(String(target.dropFirst()))) }
      if let label = element.attributes["aria-labelledby"] { #expect(identifiers.contains(label)) }
      guard element.attributes["class"] == "scroll" else { continue }
      #expect(element.attributes["tabindex"] == "0" && element.attributes["aria-label"] != nil)
    }
    #expect(parsed.elements.filter { $0.name == "img" }.allSatisfy { $0.attributes["alt"]?.isEmpty == false })
  }

  @Test("the matrix, precision and recall are those of the predictions")
  func figures() throws {
    let folder = try TemporaryFolder()
    let trainer = try SampleRun.train(in: folder.path("run"))
    let report = try SampleRun.report(trainer, in: folder.path("run"))
    let judged = try #require(report.judged)
    #expect(judged.matrix.count == 24)
    #expect(judged.matrix.correct == 24 - judged.mistakes.count)
    #expect(judged.score.accuracy == trainer.state.history.last?.testAccuracy)
    #expect(judged.mistakes.map(\.loss) == judged.mistakes.map(\.loss).sorted(by: >))
    for mistake in judged.mistakes {
      #expect(abs(mistake.loss + log(mistake.labelProbability)) < 1e-9)
      #expect(mistake.predictionProbability >= mistake.labelProbability)
      #expect(Int(judged.images.labels[mistake.index]) == mistake.label)
    }
    let (parsed, _) = try page(report)
    let cells = parsed.elements.filter {
      $0.name == "td"
        && ["right", "wrong"].contains($0.attributes["class"]?.split(separator: " ").first ?? "")
    }
    #expect(cells.compactMap { Int($0.text) }.reduce(0, +) == 24)
  }

  @Test("color images and a hundred classes: the matrix is dense, with all heads")
  func manyClasses() throws {
    let folder = try TemporaryFolder()
    let names = (0..<100).map { "class <\($0)>" }
    let trainer = try SampleRun.train(in: folder.path("run"), classNames: names, channels: 3, epochs: 1)
    let (parsed, document) = try page(SampleRun.report(trainer, in: folder.path("run")))
    #expect(parsed.elements.contains { $0.attributes["class"] == "matrix dense" })
    #expect(parsed.elements.count { $0.name == "th" && $0.attributes["title"] == "class <7>" } == 2)
    #expect(parsed.elements.contains { $0.name == "img" })
    #expect(document.utf8.count < 1 << 20)
  }

  @Test("with more classes than browsers can show, the most confused ones are shown")
  func thousandClasses() throws {
    let folder = try TemporaryFolder()
    let names = (0..<400).map { "\($0)" }
    let trainer = try SampleRun.train(in: folder.path("run"), classNames: names, epochs: 1)
    let (parsed, _) = try page(SampleRun.report(trainer, in: folder.path("run")))
    let heads = parsed.elements.count { $0.name == "th" && $0.attributes["title"] != nil }
    #expect(heads == 2 * ConfusionSection.maximumClasses)
    #expect(parsed.texts(of: "p").contains { $0.contains("250 classes with fewer confusions are omitted") })
  }

  @Test("an unfinished run of an older version, without a network: what there is, and what is missing")
  func older() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder, without: ["recipe.json5"])
    let report = RunReport(try RunRecord(folder.path("old")), notes: ["The network is unavailable."])
    let (parsed, _) = try page(report)
    #expect(parsed.texts(of: "h2") == ["Results", "Curves", "Confusion matrix", "Configuration"])
    let notes = parsed.elements.filter { $0.attributes["class"] == "note" }.map(\.text)
    #expect(notes.count == 2 && notes[1].contains("recipe.json5"))
    #expect(parsed.texts(of: "dd").contains("0.700"))
  }

  @Test("a custom section appears where it was inserted, and one without content is omitted")
  func sections() throws {
    struct Maps: ReportSection {
      let title: String
      let content: HTML?
      func content(of report: RunReport) -> HTML? { content }
    }
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    var report = RunReport(try RunRecord(folder.path("old")))
    report.sections = [
      Maps(title: "Mine & yours", content: HTML("a < b")), Maps(title: "None", content: nil),
    ]
    let (parsed, _) = try page(report)
    #expect(parsed.texts(of: "h2") == ["Mine & yours"])
  }

  @Test("a custom section can have a table and a chart, whose text is escaped")
  func tablesAndCharts() throws {
    struct Mine: ReportSection {
      let title = "Mine"
      func content(of report: RunReport) -> HTML? {
        var table = HTMLTable("All <epochs>", header: ["epoch", "a & b"], columns: [.number, .text])
        for epoch in report.run.epochs { table.add(["\(epoch.epoch)", "<\(epoch.epoch)>"]) }
        let curve = HTML.Curve("<mine>", points: [(0, 1), (1, .nan), (2, 3), (.infinity, 2)])
        return HTML([
          table.html, .chart([curve], horizontalTitle: "epoch & step", label: "A \"curve\""),
          .chart([], horizontalTitle: "epoch", label: "nothing"),
        ])
      }
    }
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    var report = RunReport(try RunRecord(folder.path("old")))
    report.sections = [Mine()]
    let (parsed, _) = try page(report)
    #expect(parsed.problem == nil)
    #expect(parsed.texts(of: "th") == ["epoch", "a & b", "1", "2"])
    #expect(parsed.texts(of: "td") == ["<1>", "<2>"])
    // Each chart is drawn for wide and for narrow screens.
    let texts = parsed.texts(of: "text")
    #expect(texts.count { $0 == "<mine>" } == 2 && texts.count { $0 == "epoch & step" } == 2)
  }

  @Test("is written to the run's folder, or to a given file")
  func written() throws {
    let folder = try TemporaryFolder()
    let trainer = try SampleRun.train(in: folder.path("run"))
    let report = try SampleRun.report(trainer, in: folder.path("run"))
    try report.write()
    try report.write(to: folder.path("page.html"))
    #expect(try folder.read("run/report.html") == folder.read("page.html"))
  }
}
