extension ExerciseAnswer {
  /// A row for each measure of each variant, with the difference from the first variant and its interval.
  var csv: String {
    let header =
      "variant,parameters,multiply_accumulates,images_per_second,seeds,measure,mean,deviation,difference,lower,upper,"
      + "confidence"
    let rows = variants.flatMap { variant in exercise.measures.map { row($0, of: variant) } }
    return ([header] + rows).joined(separator: "\n") + "\n"
  }

  private func row(_ measure: ExerciseMeasure, of variant: Variant) -> String {
    let (run, comparison) = (variant.runs.first, variant.comparisons[measure])
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let cells = [
      variant.variant.identifier, "\(run?.parameters ?? 0)", "\(run?.multiplyAccumulates ?? 0)",
      text(variant.imagesPerSecond), "\(variant.runs.count)", measure.rawValue, text(variant.mean(measure)),
      text(variant.deviation(measure)), text(comparison?.mean), text(comparison?.lower),
      text(comparison?.upper), text(comparison?.confidence),
    ]
    return cells.joined(separator: ",")
  }
}
