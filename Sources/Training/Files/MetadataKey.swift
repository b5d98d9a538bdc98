/// The keys of what this module adds to a `.safetensors` file, by which the kinds of files are told apart.
enum MetadataKey {
  /// The description of a network: the file is a checkpoint.
  static let network = "nin"
  /// Where a training stands: the file is a training state.
  static let trainingState = "nin-training"
}
