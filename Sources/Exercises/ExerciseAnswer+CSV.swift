extension ExerciseAnswer {
  /// A row for each measure of each variant, with the difference from the first variant and its interval.
  var csv: String {
    let header =
      "variant,parameters,multiply_accumulates,images_per_second,seeds,measure,mean,deviation,difference,lower,upper,"
      + "confidence,median_difference,median_lower,median_upper"
    let rows = variants.flatMap { variant in exercise.measures.map { row($0, of: variant) } }
    return ([header] + rows).joined(separator: "\n") + "\n"
  }

  private func row(_ measure: ExerciseMeasure, of variant: Variant) -> String {
    let (run, comparison, median) =
      (variant.runs.first, variant.comparisons[measure], variant.medians[measure])
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let cells = [
      variant.variant.identifier, "\(run?.parameters ?? 0)", "\(run?.multiplyAccumulates ?? 0)",
      text(variant.imagesPerSecond), "\(variant.runs.count)", measure.rawValue, text(variant.mean(measure)),
      text(variant.deviation(measure)), text(comparison?.mean), text(comparison?.lower),
      text(comparison?.upper), text(comparison?.confidence), text(median?.value), text(median?.lower),
      text(median?.upper),
    ]
    return cells.joined(separator: ",")
  }
}
