/// The cost of a network: parameters, operations, memory and time.
package struct NetworkCost: Codable, Equatable, Sendable {
  /// The network's name in the catalog.
  package let network: String
  /// The number of parameters.
  package let parameters: Int
  /// The number of parameters in dense layers.
  package let denseParameters: Int
  /// Multiply-accumulates of an image's forward pass.
  package let multiplyAccumulates: Int
  /// Peak memory of a process that trains it in batches of 128, in bytes.
  package let trainingMemory: Int
  /// Peak memory of a process that predicts batches of 128, in bytes.
  package let predictionMemory: Int
  /// Seconds of training per image, for each measured step.
  package let training: [Double]
  /// Seconds of prediction per image, for each measured batch.
  package let prediction: [Double]

  private enum CodingKeys: String, CodingKey {
    case network, parameters
    case denseParameters = "dense_parameters"
    case multiplyAccumulates = "multiply_accumulates"
    case trainingMemory = "training_bytes"
    case predictionMemory = "prediction_bytes"
    case training = "training_seconds_per_image"
    case prediction = "prediction_seconds_per_image"
  }
}
