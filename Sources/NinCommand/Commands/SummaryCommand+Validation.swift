import ArgumentParser
import ModelOptions
import NetworkInNetwork

/// Checks combinations of options.
extension SummaryCommand {
  func validate() throws {
    try requirePositive([
      ("--image-size", imageSize), ("--channels", channels), ("--classes", classes),
      ("--batch-size", batchSize),
    ])
    try validateForms()
    let ofModel = [
      ("--model", model != nil), ("--channels", channels != nil), ("--classes", classes != nil),
    ]
    let given = ofModel.filter(\.1).map(\.0) + design.given
    if checkpoint != nil, let name = given.first {
      throw ValidationError("\(name) and --checkpoint cannot be combined")
    }
    if compare != nil {
      let others = [("--model", model != nil), ("--checkpoint", checkpoint != nil)]
      if let name = (others.filter(\.1).map(\.0) + design.given).first {
        throw ValidationError("\(name) and --compare cannot be combined: name all networks after --compare")
      }
    }
    if case .file? = try named {
      guard let name = design.given.first else { return }
      throw ValidationError("\(name) is only for networks without weights, but --model is a file")
    }
    _ = try design.choice(named?.model)
  }

  /// Requires one form of output, and only options that affect it.
  private func validateForms() throws {
    let forms = [
      ("--book", book), ("--json", json), ("--memory", memory), ("--time", time),
      ("--compare", compare != nil),
    ]
    if book, let (name, _) = forms.dropFirst().first(where: \.1) {
      throw ValidationError("--book and \(name) cannot be combined")
    }
    let notOfTab =
      forms + [
        ("--checkpoint", checkpoint != nil),
        ("--model", model != nil && model != ModelCatalog.nin.rawValue),
      ]
      + design.given.map { ($0, true) }
    if tab != nil, let (name, _) = notOfTab.first(where: \.1) {
      throw ValidationError("--tab prints the book's NiN as in a framework: omit \(name)")
    }
    if verbose && tab == nil { throw ValidationError("--verbose requires --tab") }
    let ofEstimates = [
      ("--micro-batch", compute.microBatch != nil), ("--conv-algorithm", compute.convolutions != nil),
      ("--allow-emulation", compute.allowEmulation), ("--recipe", recipe != nil),
    ]
    if !estimates, let (name, _) = ofEstimates.first(where: \.1) {
      throw ValidationError("\(name) is for --memory, --time and --compare")
    }
    if book || tab != nil, batchSize != nil {
      throw ValidationError("--batch-size has no effect on this form")
    }
  }
}
