import Reporting
import Tensors

extension ExerciseAnswer {
  /// The findings, one sentence each.
  package var findings: [String] {
    variants.dropFirst().flatMap { variant in
      [costs(of: variant)] + countFindings(of: variant)
        + exercise.measures.compactMap { finding($0, of: variant) }
    }
  }

  /// The size of the experiment, and its limits.
  package var scope: String {
    let size = plan.size
    let network =
      size.width == 1 ? "the book's channels" : "\(significant(size.width)) times the book's channels"
    let images = "\(grouped(plan.trainingImages)) training and \(grouped(plan.testImages)) test images"
    let shortened =
      seeds < plan.seeds
      ? " (of \(plan.seeds) planned: the machine was slower than when they were planned)" : ""
    let favor =
      plan.steps < Self.longTraining ? " Training this short favors networks that begin to learn early." : ""
    let other =
      size.width == 1 && size.imageSize == 224
      ? "" : " At the book's size, 224×224, the answer may differ."
    return
      "Size \(size.name.quoted): \(network), images of \(size.imageSize)×\(size.imageSize), \(images), "
      + "\(counted(plan.epochs, "epoch")), \(grouped(plan.steps)) steps, \(seeds) seeds\(shortened), "
      + "on \(plan.backend).\(favor)\(other)"
  }

  /// The number of steps below which training is called short: four epochs of 20,000 images in batches of 32.
  private static let longTraining = 2500

  /// The interpretation of the numbers.
  package var method: String {
    "Intervals are Student's t intervals of the paired differences over \(seeds) seeds, for speeds of the ratios, with a "
      + "confidence of \(decimal(100 * Self.confidence, places: 0)) % for each; ± is the standard deviation over seeds. "
      + "Those of medians are exact for any distribution."
  }

  /// The exercise, the results and the table.
  package var text: String {
    """
    Exercise \(exercise.number): \(exercise.title)

    \(exercise.question)

    Summary:

    \(Self.list(summary))

    \(scope)

    Results:

    \(Self.list(findings))

    \(table)

    \(method)

    \(exercise.background)
    """
  }

  private static func list(_ items: [String]) -> String {
    items.map { "- \($0)" }.joined(separator: "\n")
  }

  private func costs(of variant: Variant) -> String {
    guard let base = variants.first, let own = variant.runs.first, let other = base.runs.first else {
      return ""
    }
    func ratio(_ value: Double, _ base: Double) -> String {
      "\(decimal(value / max(base, .leastNormalMagnitude), places: 2)) times"
    }
    return
      "\(variant.variant.name), compared with \(base.variant.name): "
      + "\(ratio(Double(own.parameters), Double(other.parameters))) the parameters, "
      + "\(ratio(Double(own.multiplyAccumulates), Double(other.multiplyAccumulates))) the multiply-accumulates, "
      + "\(speed(of: variant))."
  }

  private func speed(of variant: Variant) -> String {
    guard let speed = variant.speed else { return "the speed of training is unknown" }
    func times(_ ratio: Double) -> String { decimal(ratio, places: 2) }
    return
      "\(times(speed.ratio)) times (\(times(speed.lower)) to \(times(speed.upper))) the images per second in training"
      + (speed.isDifferent ? "" : ", not distinguishable from equal speed")
  }

  private func finding(_ measure: ExerciseMeasure, of variant: Variant) -> String? {
    guard let comparison = variant.comparisons[measure], let value = variant.mean(measure),
      let base = variants.first?.mean(measure)
    else { return nil }
    let seen =
      "\(variant.variant.name): \(measure.title) \(measure.text(value)) against \(measure.text(base)), "
      + measure.text(comparison)
    let median = variant.medians[measure].map { " \(text($0, measure))" } ?? ""
    if let direction = comparison.direction { return "\(seen): \(direction.rawValue).\(median)" }
    return "\(seen): not distinguishable at this budget. \(advice(comparison, measure))\(median)"
  }

  private func text(_ median: MedianDifference, _ measure: ExerciseMeasure) -> String {
    let verdict = median.direction?.rawValue ?? "not distinguishable"
    return "The median difference is \(measure.text(median.value, median.lower...median.upper)): \(verdict)."
  }

  private func advice(_ comparison: PairedComparison, _ measure: ExerciseMeasure) -> String {
    let chance = "\(decimal(100 * PairedComparison.power, places: 0)) %"
    func option(_ budget: Double) -> String {
      "--budget \(ExercisePlan.text(budget)) --size \(plan.size.name)"
    }
    func visible(_ seeds: Int) -> String { measure.sizeText(comparison.detectable(seeds: seeds)) }
    if let needed = needed(for: comparison) {
      let images = trainingImages(forSeeds: needed.seeds)
      let larger = images > plan.trainingImages ? " with \(grouped(images)) training images" : ""
      return
        "\(option(needed.budget)), about \(needed.seeds) seeds\(larger), would show it with a probability of \(chance) if "
        + "difference and spread stay the same."
    }
    guard let largest else {
      return
        "No budget at this size is likely to show so small a difference: \(seeds) seeds show \(visible(seeds)) with a "
        + "probability of \(chance)."
    }
    return
      "No budget at this size is likely to show so small a difference: the largest, \(option(largest.budget)) with "
      + "\(largest.seeds) seeds, would show \(visible(largest.seeds)) with a probability of \(chance)."
  }

  // MARK: The table

  /// The names of the columns.
  var header: [String] {
    ["network", "parameters", "MACs per image", "images/s"] + exercise.measures.map(\.title)
  }

  /// A row per variant.
  var rows: [[String]] {
    variants.map { variant in
      let run = variant.runs.first
      return [
        variant.variant.name, grouped(run?.parameters ?? 0), grouped(run?.multiplyAccumulates ?? 0),
        speedCell(of: variant),
      ] + exercise.measures.map { cell($0, of: variant) }
    }
  }

  private func speedCell(of variant: Variant) -> String {
    let speeds = variant.runs.map(\.imagesPerSecond)
    let mean = decimal(variant.imagesPerSecond, places: 0)
    let spread = PairedComparison(speeds, Array(repeating: 0, count: speeds.count))
    return spread.map { "\(mean) ± \(decimal($0.deviation, places: 0))" } ?? mean
  }

  private func cell(_ measure: ExerciseMeasure, of variant: Variant) -> String {
    guard let mean = variant.mean(measure) else { return "" }
    guard let deviation = variant.deviation(measure) else { return measure.text(mean) }
    return measure.isShare
      ? "\(decimal(100 * mean, places: 1)) ± \(decimal(100 * deviation, places: 1)) %"
      : "\(measure.text(mean)) ± \(measure.text(deviation))"
  }

  private var table: ColumnTable {
    var table = ColumnTable(header, alignment: [.left] + header.dropFirst().map { _ in .right })
    for row in rows { table.add(row) }
    return table
  }
}

extension ExerciseAnswer.Variant {
  /// The standard deviation of a measure over the seeds; nil with fewer than two.
  func deviation(_ measure: ExerciseMeasure) -> Double? {
    let values = values(measure)
    return PairedComparison(values, Array(repeating: 0, count: values.count))?.deviation
  }
}
