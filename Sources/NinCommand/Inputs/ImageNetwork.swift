import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A prepared network with its description.
struct ImageNetwork {
  let network: Network
  /// The description of its training data in its file.
  let description: CheckpointDescription

  /// Opens a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The checkpoint.
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images.
  ///   - backend: The backend to run on.
  ///   - compute: Precision, micro-batch and algorithms.
  ///   - imageCount: The number of images.
  /// - Throws: The errors of the file and of `Network`; an error that names an option that does not fit the network.
  init(
    checkpoint path: String, imageSize: Int?, given: GivenPreparation, on backend: any Backend,
    _ compute: ComputeOptions,
    imageCount: Int
  ) throws {
    let checkpoint = try Checkpoint.open(path, imageSize: imageSize, given: given)
    description = checkpoint.description
    network = try checkpoint.makeNetwork(on: backend, compute, batchSizes: [1], imageCount: imageCount)
  }

  /// Opens a model in the ONNX format.
  ///
  /// - Parameters:
  ///   - path: The model.
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images.
  ///   - backend: The backend to run on.
  ///   - compute: Precision, micro-batch and algorithms.
  ///   - imageCount: The number of images.
  /// - Throws: The errors of the file and of `Network`; one that names `--image-size` if the model leaves it open.
  init(
    model path: String, imageSize: Int?, given: GivenPreparation, on backend: any Backend,
    _ compute: ComputeOptions, imageCount: Int
  ) throws {
    let file = try ONNXFile(path: path)
    let input = try Self.inputShape(of: file, path, imageSize)
    let imported = try file.network(input: input)
    guard imported.image.rank == 3, [1, 3].contains(imported.image[0]) else {
      throw FileError(
        path: path,
        problem: .unsupported(
          reason: "takes \(input), not images of 1 or 3 channels; give arrays with --input and --output"))
    }
    let known = file.preparation
    let bytes = Normalization(mean: [0], deviation: [1.0 / 255])
    let unknown = imported.takesBytes ? bytes : Normalization.none
    if known == nil, !given.normalizes {
      Log.notice(
        "\(path) does not describe the preparation of images; they are scaled to 0…\(imported.takesBytes ? 255 : 1); "
          + "change that with --mean and --deviation")
    }
    description = try given.completing(
      CheckpointDescription(
        model: imported.model, image: imported.image, classNames: known?.classNames ?? [],
        normalization: known.map { Normalization(mean: $0.mean, deviation: $0.deviation) } ?? unknown,
        resize: known?.resize.flatMap(ResizeMethod.init)))
    network = try imported.network(
      on: backend,
      options: NetworkOptions(
        batchSizes: [1], precision: compute.precision ?? .float32, microBatch: compute.microBatch,
        convolutions: compute.convolutions ?? .automatic, imageCount: imageCount),
      normalization: description.normalization)
    network.announceMissing(compute.convolutions)
  }

  /// The logits of one image, flattened.
  func logits(_ pixels: Pixels) throws -> [Float] {
    let output = try network.predict(pixels, count: 1).elements
    // The logarithms of probabilities are logits.
    return description.model.layers.last is Softmax ? output.map { log($0) } : output
  }

  /// The model's input shape for one image, or for its fixed batch size.
  private static func inputShape(of file: ONNXFile, _ path: String, _ imageSize: Int?) throws -> Shape {
    let name = file.inputs[0]
    guard let declared = file.declaredShape(of: name)?.extents, !declared.isEmpty else {
      throw FileError(
        path: path,
        problem: .unsupported(reason: "does not declare the shape of its input \(name); use --input"))
    }
    let size = file.preparation?.size ?? []
    let isChannelsLast =
      declared.count == 4 && declared[1].map { $0 > 4 } ?? true && declared[3].map { $0 <= 4 } ?? false
    let rows = isChannelsLast ? 1 : 2
    let extents = try declared.enumerated().map { axis, extent in
      if axis == 0 { return extent ?? 1 }
      let side = axis - rows
      guard declared.count == 4, (0...1).contains(side) else {
        guard let extent else {
          throw FileError(
            path: path,
            problem: .unsupported(reason: "does not fix axis \(axis) of its input \(name); use --input"))
        }
        return extent
      }
      guard let chosen = imageSize ?? extent ?? (size.count == 2 ? size[side] : nil) else {
        throw FileError(
          path: path, problem: .unsupported(reason: "does not fix the size of its images; give --image-size"))
      }
      return chosen
    }
    return Shape(extents)
  }
}
