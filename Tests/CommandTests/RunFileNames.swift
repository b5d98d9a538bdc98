/// The files of a run's folder.
enum RunFileNames {
  /// After a run's last epoch, in the order of their names.
  static let complete = [
    "best.safetensors", "checkpoint.safetensors", "curves.svg", "history.csv", "metrics.json", "recipe.json5",
    "report.html", "training-state.previous.safetensors", "training-state.safetensors",
  ]
}
