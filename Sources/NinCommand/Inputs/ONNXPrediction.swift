import ArgumentParser
import NetworkInNetwork

/// A network in the ONNX format with its input arrays.
struct ONNXPrediction {
  /// The network's file.
  let file: ONNXFile
  private let images: Tensor<Float>
  private let network: ImportedNetwork

  /// - Parameters:
  ///   - path: The network.
  ///   - inputs: The values of `--input`: the path of the images, and `NAME=path` for further inputs.
  /// - Throws: The errors of the options, the network and the arrays.
  init(path: String, inputs: [String]) throws {
    file = try ONNXFile(path: path)
    var arrays: [String: Tensor<Float>] = [:]
    var imagesPath = ""
    for input in inputs {
      let (name, path) = Self.split(input, names: file.inputs)
      if name == file.inputs[0] { imagesPath = path }
      guard file.inputs.contains(name) else {
        throw ValidationError(
          "--input \(input): the network does not have this input; it has \(file.inputs.joined(separator: ", "))"
        )
      }
      guard arrays.updateValue(try NPY.read(path), forKey: name) == nil else {
        throw ValidationError("--input \(input): the network's input \(name.quoted) is given twice")
      }
    }
    guard let images = arrays.removeValue(forKey: file.inputs[0]) else {
      throw ValidationError("--input is not given for the network's first input, \(file.inputs[0].quoted)")
    }
    guard images.shape.rank > 0, !images.elements.isEmpty else {
      throw FileError(path: imagesPath, problem: .unsupported(reason: "is empty or has no batch"))
    }
    try Self.require(images.shape, from: imagesPath, fits: file)
    self.images = images
    do {
      network = try file.network(input: images.shape, constants: arrays)
    } catch let error as FileError {
      // If images of the default size work, the network is valid.
      guard images.shape.rank == 4,
        (try? file.network(input: [1, images.shape[1], 224, 224], constants: arrays)) != nil
      else { throw error }
      throw FileError(
        path: imagesPath, problem: .unsupported(reason: "does not fit the network: \(error)"))
    }
    if !network.takesBytes { try requirePreparedNumbers(imagesPath) }
  }

  /// Requires an array to fit the network's declared input.
  private static func require(_ images: Shape, from input: String, fits file: ONNXFile) throws {
    guard let declared = file.declaredShape(of: file.inputs[0]), !declared.accepts(images) else { return }
    if images.rank == 4, declared.extents.count == 4, let channels = declared.extents[1] {
      try requireChannels(channels, of: images, from: input)
    }
    throw FileError(
      path: input, problem: .unsupported(reason: "has the shape \(images), but the network takes \(declared)")
    )
  }

  /// Computes the output.
  func run(on backend: any Backend, _ compute: ComputeOptions) throws -> Tensor<Float> {
    let runnable = try network.network(
      on: backend,
      options: NetworkOptions(
        batchSizes: [images.shape[0]], precision: compute.precision ?? .float32,
        microBatch: compute.microBatch, convolutions: compute.convolutions ?? .automatic,
        imageCount: images.shape[0]))
    runnable.announceMissing(compute.convolutions)
    return network.output.modelArray(
      try runnable.predict(network.input.networkArray(images, image: network.image)))
  }

  /// The input's name and the path; without a name it is the first input.
  ///
  /// An argument with a '/' before its '=' is a path without a name.
  private static func split(_ input: String, names: [String]) -> (name: String, path: String) {
    guard let sign = input.firstIndex(of: "=") else { return (names[0], input) }
    let name = String(input[..<sign])
    guard names.contains(name) || !name.contains("/") else { return (names[0], input) }
    return (name, String(input[input.index(after: sign)...]))
  }
}
