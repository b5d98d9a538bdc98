import Layers
import Models
import Networks
import Operations
import Tensors

/// The model that some tensors belong to, told from their names and shapes.
struct InferredModel {
  /// What the network is.
  let description: CheckpointDescription
  /// What our names begin with and the file's do not: `net.` for the state of a bare `nn.Sequential`.
  let namePrefix: String

  /// - Parameters:
  ///   - path: The file, for messages.
  ///   - imageSize: Height and width of images.
  ///   - names: The tensors' names.
  ///   - shape: Gives a tensor's shape.
  /// - Throws: ``TrainingError`` if no known model has these tensors.
  init(path: String, imageSize: Int, names: [String], shape: (String) throws -> Shape) throws {
    let prefix = names.allSatisfy { $0.hasPrefix("net.") } ? "" : "net."
    var shapes: [String: Shape] = [:]
    for name in names { shapes[prefix + name] = try shape(name) }
    for candidate in ModelCatalogue.allCases {
      if let found = Self.match(candidate, imageSize: imageSize, shapes) {
        description = found
        namePrefix = prefix
        return
      }
    }
    let known = ModelCatalogue.allCases.map(\.rawValue).joined(separator: ", ")
    throw TrainingError(
      "\(path): it does not describe its model, and its \(names.count) tensors are not those of \(known)"
        + " for images of \(imageSize)×\(imageSize)")
  }

  private static func match(
    _ candidate: ModelCatalogue, imageSize: Int, _ shapes: [String: Shape]
  ) -> CheckpointDescription? {
    // Only the names are needed of this first model; they depend on neither classes nor channels.
    guard let template = try? candidate.model(classes: 1).lowered(input: [1, 1, imageSize, imageSize]),
      let first = template.first(where: { !$0.operation.parameters.isEmpty }),
      let last = template.last(where: { !$0.operation.parameters.isEmpty }),
      let firstWeight = shapes["\(first.name).weight"], firstWeight.rank == 4,
      let lastWeight = shapes["\(last.name).weight"], lastWeight.rank >= 2
    else { return nil }
    let model = candidate.model(classes: lastWeight[0])
    let image: Shape = [firstWeight[1], imageSize, imageSize]
    guard let layers = try? model.lowered(input: Shape([1] + image.extents)) else { return nil }
    var expected: [String: Shape] = [:]
    for layer in layers {
      for parameter in layer.operation.parameters {
        expected["\(layer.name).\(parameter.role.rawValue)"] = parameter.shape
      }
    }
    guard expected == shapes else { return nil }
    return CheckpointDescription(model: model, image: image, classNames: [], normalisation: .none)
  }
}
