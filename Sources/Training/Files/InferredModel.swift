import Datasets
import Layers
import Networks
import Operations
import Tensors

/// The model that some tensors belong to, recognized by their names and shapes.
struct InferredModel {
  /// The description of the network.
  let description: CheckpointDescription
  /// The prefix of the model's names that the file's names lack: `net.` for the state of a bare `nn.Sequential`.
  let namePrefix: String
  /// The prefix of the file's names that the model's names lack, added by wrappers of a network: `module.`.
  let wrapperPrefix: String

  /// The prefixes of PyTorch's DataParallel and torch.compile, and of common training scripts.
  private static let wrapperPrefixes = ["module.", "_orig_mod.", "model.", "state_dict."]

  /// The number of networks within each other whose names are tried.
  private static let maximumDepth = 4

  /// - Parameters:
  ///   - path: The file, for messages.
  ///   - imageSize: Height and width of images; nil for the model's default.
  ///   - names: The tensors' names.
  ///   - shape: Gives a tensor's shape.
  /// - Throws: ``TrainingError`` if no known model has these tensors.
  init(path: String, imageSize: PixelSize?, names: [String], shape: (String) throws -> Shape) throws {
    let usual = Self.wrapperPrefix(of: names)
    let wrappers = [usual].filter { wrapper in names.allSatisfy { $0.hasPrefix(wrapper) } }
    for wrapper in wrappers + Self.commonPrefixes(of: names) {
      let (shapes, prefix) = try Self.shapes(names, without: wrapper, shape)
      let variants = shapes["net.0.0.weight"].map(NiNDesign.candidates) ?? []
      for candidate in ModelCatalog.allCases.map(ModelChoice.init) + variants.map(ModelChoice.init) {
        guard let found = Self.match(candidate, imageSize: imageSize, shapes) else { continue }
        description = found
        namePrefix = prefix
        wrapperPrefix = wrapper
        return
      }
    }
    let known = ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")
    let shapes = try Self.shapes(names, without: usual, shape).shapes
    let differences =
      Self.nearest(to: shapes, imageSize).map { ": \($0)" } ?? TensorDifferences.names(names)
    throw TrainingError.unsupported(
      path: path,
      reason:
        "\(path) does not describe its model, and its \(counted(names.count, "tensor")) cannot be matched to \(known)"
        + " or a variant of nin" + (imageSize.map { " for images of \($0)" } ?? "") + differences)
  }

  /// The tensors by the model's names.
  ///
  /// - Returns: The shapes, and the prefix of the model's names that the file's lack.
  private static func shapes(
    _ names: [String], without wrapper: String, _ shape: (String) throws -> Shape
  ) throws -> (shapes: [String: Shape], prefix: String) {
    let plain = names.map { $0.hasPrefix(wrapper) ? String($0.dropFirst(wrapper.count)) : $0 }
    let prefix = 2 * plain.count { $0.hasPrefix("net.") } >= plain.count ? "" : "net."
    var shapes: [String: Shape] = [:]
    for (name, plain) in zip(names, plain) { shapes[prefix + plain] = try shape(name) }
    return (shapes, prefix)
  }

  /// The prefixes of whole parts that all names have in common, shortest first: of a network within others.
  static func commonPrefixes(of names: [String]) -> [String] {
    guard let first = names.first else { return [] }
    let ends = first.indices.lazy.filter { first[$0] == "." }.prefix(maximumDepth)
    return ends.map { String(first[...$0]) }.filter { prefix in names.allSatisfy { $0.hasPrefix(prefix) } }
  }

  /// The wrapper prefix of most names; not of all, so that an unexpected tensor does not hide it but is reported.
  static func wrapperPrefix(of names: [String]) -> String {
    var found = ""
    // Each wrapper occurs at most once; the loop is bounded because names may be as long as the file.
    for _ in wrapperPrefixes {
      let next = wrapperPrefixes.first { prefix in isMost(names) { $0.hasPrefix(found + prefix) } }
      found += next ?? ""
    }
    return found
  }

  /// Whether a condition holds for more than half of the names.
  private static func isMost(_ names: [String], _ condition: (String) -> Bool) -> Bool {
    2 * names.count(where: condition) > names.count
  }

  /// The differences from the most similar model; nil if no model is similar.
  private static func nearest(to shapes: [String: Shape], _ imageSize: PixelSize?) -> String? {
    let candidates = ModelCatalog.allCases.compactMap { name -> TensorDifferences? in
      let size = imageSize ?? PixelSize(square: name.defaultImageSize)
      let choice = ModelChoice(name)
      guard let template = parameters(of: choice.model(classes: 1), channels: 1, size) else { return nil }
      let first = template.first.flatMap { shapes[$0.name] }
      let channels = first?.rank == 4 ? first?[1] ?? 1 : 1
      guard (1...1 << 10).contains(channels) else { return nil }
      // The last weight and the last bias may disagree: the number of classes is the one that fits more tensors.
      let last = [template.last { $0.shape.rank > 1 }, template.last]
      let classes = last.compactMap { $0.flatMap { shapes[$0.name]?.extents.first } }
      return (classes.isEmpty ? [10] : classes).compactMap { classes -> TensorDifferences? in
        guard (1...1 << 16).contains(classes),
          let expected = parameters(of: choice.model(classes: classes), channels: channels, size)
        else { return nil }
        return TensorDifferences(model: name.rawValue, expected: expected, given: shapes)
      }.min { $0.misshapenCount < $1.misshapenCount }
    }
    return candidates.filter(\.isSimilar).max { $0.common < $1.common }?.description
  }

  private static func match(
    _ candidate: ModelChoice, imageSize: PixelSize?, _ shapes: [String: Shape]
  ) -> CheckpointDescription? {
    // At the default size, so that an error names a layer that the images do not fit, not an unknown model.
    let defaultImageSize = PixelSize(square: candidate.name.defaultImageSize)
    let imageSize = imageSize ?? defaultImageSize
    // Only the names of this first model are needed; they depend on neither classes nor channels.
    guard
      let template = parameters(of: candidate.model(classes: 1), channels: 1, defaultImageSize),
      let firstWeight = template.first.flatMap({ shapes[$0.name] }), firstWeight.rank == 4,
      let lastWeight = template.last(where: { $0.shape.rank > 1 }).flatMap({ shapes[$0.name] }),
      lastWeight.rank >= 2
    else { return nil }
    let model = candidate.model(classes: lastWeight[0])
    let fitting = [imageSize, defaultImageSize].first { size in
      let expected = parameters(of: model, channels: firstWeight[1], size) ?? []
      return Dictionary(uniqueKeysWithValues: expected.map { ($0.name, $0.shape) }) == shapes
    }
    guard let fitting else { return nil }
    return CheckpointDescription(
      model: model, image: [firstWeight[1], fitting.height, fitting.width], classNames: [],
      normalization: .none)
  }

  /// The names and shapes of a model's parameters; nil if the image does not fit it.
  private static func parameters(
    of model: Sequential, channels: Int, _ size: PixelSize
  ) -> [(name: String, shape: Shape)]? {
    guard let layers = try? model.resolved(for: [1, channels, size.height, size.width]) else { return nil }
    return layers.flatMap { layer in
      layer.operation.parameters.map { (layer.parameterName($0), $0.shape) }
        + layer.operation.state.map { ($0.name(ofLayer: layer.name), $0.shape) }
    }
  }
}

extension NiNDesign {
  /// The variants whose first convolution may have a weight of this shape.
  fileprivate static func candidates(firstWeight: Shape) -> [NiNDesign] {
    guard firstWeight.rank == 4 else { return [] }
    let width = Double(firstWeight[0]) / 96
    return Depth.allCases.flatMap { depth in
      LastStep.allCases.flatMap { lastStep in
        // A window has no parameters, so its network looks like one with a global mean.
        [Head.globalAverage, .dense].flatMap { head in
          [1, 3].flatMap { kernel in
            (0...3).compactMap { count in
              try? NiNDesign(
                pointwiseConvolutions: count, pointwiseKernel: kernel, head: head, width: width,
                lastStep: lastStep, depth: depth)
            }
          }
        }
      }
    }
  }
}
