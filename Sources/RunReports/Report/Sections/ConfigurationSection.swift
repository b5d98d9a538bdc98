import Reporting
import Tensors
import Training

/// Recipe, versions, machine, and how to reproduce the run.
struct ConfigurationSection: ReportSection {
  let title = "Configuration"

  func content(of report: RunReport) -> HTML? {
    HTML([machine(of: report.run), commands(of: report), recipe(of: report.run)])
  }

  private func machine(of run: RunRecord) -> HTML {
    guard let metrics = run.metrics else { return HTML([]) }
    let rows: [(String, String?)] = [
      ("version of nin", metrics.version), ("tab of the book", metrics.tab), ("backend", metrics.backend),
      ("library", metrics.library), ("instructions", metrics.instructionSet),
      ("precision", metrics.precision),
      ("algorithm of convolutions", metrics.convolutions), ("micro-batch", metrics.microBatch.map(grouped)),
      ("threads", metrics.threads.map(grouped)), ("processor", metrics.processor), ("system", metrics.system),
      ("training images", metrics.trainingImages.map(grouped)),
      ("validation images", metrics.validationImages.map(grouped)),
      ("test images", metrics.testImages.map(grouped)),
    ]
    var table = HTMLTable("Versions and machine", header: ["", "value"], columns: [.text, .text])
    for case (let name, let value?) in rows { table.add([name, value]) }
    return HTML([.element("h3", "Versions and machine"), table.html])
  }

  private func commands(of report: RunReport) -> HTML {
    let (folder, recipe) = (report.run.path, report.run.recipe)
    let custom = recipe?.custom ?? Recipe.CustomParts()
    let data = recipe?.computation.data.map { " --data \(shellQuoted($0))" } ?? ""
    var lines: [String] = []
    if custom.isEmpty {
      let again = shellQuoted(folder + "-again")
      lines.append("nin train --recipe \(shellQuoted(RunFolder.recipe(in: folder))) --output \(again)")
    }
    // The command may not know a custom network's layers, and would test on other images than custom ones.
    if report.network != nil, custom.network == nil, !custom.hasImages {
      lines.append("nin evaluate --checkpoint \(shellQuoted(RunFolder.checkpoint(in: folder)))\(data)")
    }
    lines.append("nin report \(shellQuoted(folder))")
    let program =
      "The run has \(custom.phrase); the recipe only names this, so only the program that started the run can reproduce it."
    return HTML(
      [.element("h3", "To reproduce it")] + (custom.isEmpty ? [] : [.paragraph(program)])
        + [.element("pre", [.element("code", lines.joined(separator: "\n"))])])
  }

  private func recipe(of run: RunRecord) -> HTML {
    guard let recipe = run.recipe else { return HTML([]) }
    let text = RecipeFile.text(ofRun: recipe)
    return HTML([
      .element("h3", "Recipe"),
      .element(
        "pre", with: ["tabindex": "0", "role": "region", "aria-label": "Recipe"], [.element("code", text)]),
    ])
  }
}
