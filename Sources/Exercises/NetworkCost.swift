/// What a network costs: counted, added up, and measured.
public struct NetworkCost: Codable, Equatable, Sendable {
  /// The network's name in the catalog.
  public let network: String
  /// How many numbers it learns.
  public let parameters: Int
  /// How many of them are of dense layers.
  public let denseParameters: Int
  /// Multiply-accumulates of an image's forward pass.
  public let multiplyAccumulates: Int
  /// Bytes of a process that trains it in batches of 128, at its peak.
  public let trainingMemory: Int
  /// Bytes of a process that predicts batches of 128, at its peak.
  public let predictionMemory: Int
  /// Seconds of training for an image, a measured step each.
  public let training: [Double]
  /// Seconds of prediction for an image, a measured batch each.
  public let prediction: [Double]

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
