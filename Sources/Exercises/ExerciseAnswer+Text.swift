import Reporting

extension ExerciseAnswer {
  /// The findings, one sentence each.
  package var findings: [String] {
    variants.dropFirst().flatMap { variant in
      [costs(of: variant)] + exercise.measures.compactMap { finding($0, of: variant) }
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
      plan.steps < Self.longTraining ? " So short a training favors networks that begin to learn early." : ""
    let other =
      size.width == 1 && size.imageSize == 224
      ? "" : " At the book's size, 224×224, the answer may differ."
    return
      "Size '\(size.name)': \(network), images of \(size.imageSize)×\(size.imageSize), \(images), \(counted(plan.epochs, "epoch")), "
      + "\(grouped(plan.steps)) steps, \(seeds) seeds\(shortened), on \(plan.backend).\(favor)\(other)"
  }

  /// The number of steps below which a training is called short: four epochs of 20,000 images in batches of 32.
  private static let longTraining = 2500

  /// The interpretation of the numbers.
  package var method: String {
    "Intervals are Student's t intervals of the paired differences over \(seeds) seeds, with a confidence of "
      + "\(decimal(100 * Self.confidence, places: 0)) % for each; ± is the standard deviation over seeds."
  }

  /// The exercise, the findings and the table.
  package var text: String {
    """
    Exercise \(exercise.number): \(exercise.title)

    \(exercise.question)

    \(scope)

    \(findings.map { "- \($0)" }.joined(separator: "\n"))

    \(table)

    \(method)

    \(exercise.background)
    """
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
      + "\(ratio(variant.imagesPerSecond, base.imagesPerSecond)) the images per second in training."
  }

  private func finding(_ measure: ExerciseMeasure, of variant: Variant) -> String? {
    guard let comparison = variant.comparisons[measure], let value = variant.mean(measure),
      let base = variants.first?.mean(measure)
    else { return nil }
    let seen =
      "\(variant.variant.name): \(measure.title) \(measure.text(value)) against \(measure.text(base)), "
      + "\(measure.differenceText(comparison.mean)) (\(interval(comparison, measure)))"
    guard !comparison.isDifferent else { return "\(seen): \(comparison.mean > 0 ? "higher" : "lower")." }
    return "\(seen): not distinguishable at this budget. \(advice(comparison, measure))"
  }

  private func advice(_ comparison: PairedComparison, _ measure: ExerciseMeasure) -> String {
    guard let needed = needed(for: comparison) else {
      return
        "If there is a difference, it is too small compared with its spread to be detected with any budget at this size."
    }
    return
      "About \(needed.seeds) seeds could show it, with --budget \(ExercisePlan.text(needed.budget)) --size \(plan.size.name), if "
      + "difference and spread stay the same."
  }

  private func interval(_ comparison: PairedComparison, _ measure: ExerciseMeasure) -> String {
    "\(measure.differenceText(comparison.lower, withUnit: false)) to "
      + measure.differenceText(comparison.upper, withUnit: false)
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
        decimal(variant.imagesPerSecond, places: 0),
      ] + exercise.measures.map { cell($0, of: variant) }
    }
  }

  private func cell(_ measure: ExerciseMeasure, of variant: Variant) -> String {
    guard let mean = variant.mean(measure) else { return "" }
    guard let deviation = variant.deviation(measure) else { return measure.text(mean) }
    return measure.isShare
      ? "\(decimal(100 * mean, places: 1)) ± \(decimal(100 * deviation, places: 1)) %"
      : "\(significant(mean)) ± \(significant(deviation))"
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
