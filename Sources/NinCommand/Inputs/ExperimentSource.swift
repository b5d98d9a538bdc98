import ArgumentParser
import ModelOptions
import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Makes an experiment from the options, and from a trace for everything that the options omit.
struct ExperimentSource {
  let options: ExperimentOptions
  let data: DataOptions
  /// Whether several training steps are judged; the default batch is then smaller.
  var isTraining = false
  /// The trace to verify.
  var trace: TraceFile?

  private var defaultBatchSize: Int { isTraining ? 4 : 8 }
  private var defaultImageSize: Int {
    let size = (named ?? .nin).defaultImageSize
    return isTraining ? min(96, size) : size
  }

  /// The experiment.
  ///
  /// - Returns: The experiment, and the name of its model, if it has one.
  /// - Throws: The errors of the files, in one line.
  func experiment() throws -> (experiment: Experiment, model: String) {
    let batch = try givenBatch()
    let checkpoint = try options.checkpoint.map { path in
      guard let batch, let source = batch.source else {
        return try Checkpoint.open(path, imageSize: options.imageSize, given: options.normalization.given)
      }
      return try Checkpoint.open(path, for: batch.images.shape, from: source)
    }
    let side = options.imageSize ?? checkpoint?.description.image[1] ?? defaultImageSize
    let chosen = try batch ?? testBatch(side, checkpoint?.description)
    let (images, labels) = (chosen.images, chosen.labels)
    let model =
      try checkpoint?.description.model ?? tracedModel() ?? catalogModel(classes: chosen.classCount)
    try require(images.shape, from: chosen.source, fits: model)
    let parameters = try self.parameters(of: model, images.shape, checkpoint)
    let experiment = try Experiment(
      model, images: images, labels: labels, parameters: parameters,
      state: try state(of: model, images.shape, checkpoint), context: options.context)
    return (experiment, try checkpoint == nil ? modelName() : "checkpoint")
  }

  // MARK: Images

  private struct Batch {
    let images: Tensor<Double>
    let labels: [Int32]
    /// The file with the images; nil if they are the data set's.
    var source: String?
    /// The number of classes in the data set.
    var classCount: Int?
  }

  /// Requires images to fit the model.
  ///
  /// - Throws: An error that names their file, if they have one, and the smallest image.
  private func require(_ images: Shape, from source: String?, fits model: Sequential) throws {
    if let source { try requireImages(images, from: source) }
    do {
      _ = try model.resolved(for: images)
    } catch let error as LayerError {
      if let source, [1, 3].contains(images[3]) { try requireChannels(images[3], of: images, from: source) }
      let hint = withSmallestImage(
        error, model: model, name: "this network", channels: images[1], imageSize: min(images[2], images[3]))
      throw NetworkError.unsuitableInput(
        reason: (source.map { "\($0): its images do not fit: " } ?? "") + "\(hint)")
    }
  }

  /// The images of --input, otherwise those of the trace, if any.
  private func givenBatch() throws -> Batch? {
    if let input = options.input, let labels = options.labels {
      try requirePreparedNumbers(input)
      return Batch(
        images: try NPY.read(input, as: Double.self),
        labels: try Self.classes(NPY.read(labels, as: Int64.self), labels), source: input)
    }
    guard options.isOpen.images, let trace, trace.shape(of: TensorName.input) != nil,
      trace.shape(of: TensorName.labels) != nil
    else { return nil }
    return Batch(
      images: try trace.tensor(TensorName.input),
      labels: try Self.classes(trace.integers(TensorName.labels), trace.name), source: trace.name)
  }

  private static func classes(_ numbers: Tensor<Int64>, _ source: String) throws -> [Int32] {
    guard numbers.shape.rank == 1 else {
      throw VerificationError.unsuitableInput(
        reason: "the labels in \(source) have the shape \(numbers.shape); expected one number per image")
    }
    return try numbers.elements.map { number in
      guard let label = Int32(exactly: number) else {
        throw VerificationError.unsuitableInput(
          reason: "\(source) has the label \(number), which is not that of a class")
      }
      return label
    }
  }

  /// The first test images, prepared for the network.
  private func testBatch(_ side: Int, _ network: CheckpointDescription?) throws -> Batch {
    let count = options.batchSize ?? tracedBatchSize ?? defaultBatchSize
    let test = try data.open(for: network, trains: true).test(first: count)
    guard count <= test.count else {
      throw ValidationError("the batch has \(counted(count, "image")), but the test set has \(test.count)")
    }
    return Batch(
      images: try numbers(test, Array(0..<count), side, network),
      labels: Array(test.labels.prefix(count)), classCount: test.classNames.count)
  }

  /// The batches of training steps: the training images in order, or the given batch repeatedly.
  ///
  /// - Parameter experiment: The experiment with the first batch.
  /// - Returns: A function that returns the images and labels of a step.
  /// - Throws: The errors of the files.
  func trainingBatches(like experiment: Experiment) throws -> (Int) throws -> (Tensor<Double>, [Int32]) {
    guard try givenBatch() == nil else { return { _ in (experiment.images, experiment.labels) } }
    let network = try options.checkpoint.map { try Checkpoint(path: $0) }?.description
    let training = try data.open(for: network, trains: true).training()
    let (count, side) = (experiment.labels.count, experiment.image[1])
    return { step in
      let indices = (0..<count).map { (step * count + $0) % training.count }
      return (
        try numbers(training, indices, side, network),
        indices.map { training.labels[$0] }
      )
    }
  }

  /// Some images, prepared for the network.
  private func numbers(
    _ source: LabeledImages, _ indices: [Int], _ side: Int, _ network: CheckpointDescription?
  ) throws -> Tensor<Double> {
    let channels = source.channels
    let normalization = try options.normalization.given.normalization(
      over: network?.normalization ?? .none, channels: channels)
    let resize = network?.resize ?? options.tab?.resize ?? .pillow
    let pixels = try indices.flatMap { index in
      normalization.numbers(
        try source.image(at: index, resizedTo: PixelSize(square: side), by: resize), channels: channels)
    }
    return Tensor(shape: [indices.count, channels, side, side], elements: pixels)
  }

  /// The number of images in the trace.
  private var tracedBatchSize: Int? {
    trace?.shape(of: TensorName.logits)?.extents.first.flatMap { $0 > 0 ? $0 : nil }
  }

  // MARK: The network

  /// Whether options name a network, which replaces the trace's.
  private var isAskedFor: Bool {
    options.model != nil || !options.design.given.isEmpty || options.tab != nil
  }

  /// The requested or traced network, if it is in the catalog.
  private var named: ModelCatalog? {
    isAskedFor ? options.model : trace?.metadata["model"].flatMap(ModelCatalog.init)
  }

  private func modelName() throws -> String {
    let traced = isAskedFor ? nil : trace?.metadata["model"]
    return try traced ?? options.design.choice(named).description
  }

  /// The layers described in the trace, unless another model is requested.
  private func tracedModel() throws -> Sequential? {
    guard !isAskedFor, let trace, let layers = trace.metadata[Experiment.layersKey] else {
      return nil
    }
    do {
      return try JSONDecoder().decode(Sequential.self, from: Data(layers.utf8))
    } catch let error where error is UnknownLayer || error is UnreadableLayer {
      throw VerificationError.unsuitableModel(reason: "\(trace.name) cannot be used: \(error)")
    } catch {
      throw VerificationError.unsuitableModel(
        reason: "\(trace.name) is damaged: the layers in its metadata cannot be read")
    }
  }

  private func catalogModel(classes: Int?) throws -> Sequential {
    if !isAskedFor, named == nil, let traced = trace?.metadata["model"] {
      throw VerificationError.unsuitableModel(
        reason: "unknown model \(traced.quoted); give the --checkpoint that was traced")
    }
    let choice = try options.design.choice(named)
    let model = try options.tab?.choice(choice) ?? choice
    return model.model(classes: tracedClassCount ?? classes ?? choice.name.defaultClasses)
  }

  /// The number of classes in the trace, if it may provide the network.
  private var tracedClassCount: Int? {
    guard options.isOpen.network, let shape = trace?.shape(of: TensorName.logits), shape.rank == 2,
      shape[1] > 0
    else { return nil }
    return shape[1]
  }

  /// The parameters of the checkpoint, or of the trace, or drawn from the seed.
  private func parameters(of model: Sequential, _ images: Shape, _ checkpoint: Checkpoint?) throws
    -> [String: Tensor<Double>]
  {
    let initialization =
      options.tab?.initialization ?? Initialization(weights: .heUniform, biases: .fanInUniform)
    var parameters: [String: Tensor<Double>] = [:]
    for layer in try model.resolved(for: images) {
      for specification in layer.operation.parameters {
        let name = layer.parameterName(specification)
        parameters[name] =
          try stored(name, checkpoint)
          ?? initialization.values(
            for: specification, name: name, index: parameters.count, seed: options.chosenSeed
          ).map { Double($0) }
      }
    }
    return parameters
  }

  /// The layers' state in the checkpoint, or in the trace; empty for a new network.
  private func state(of model: Sequential, _ images: Shape, _ checkpoint: Checkpoint?) throws
    -> [String: Tensor<Double>]
  {
    var values: [String: Tensor<Double>] = [:]
    for layer in try model.resolved(for: images) {
      for name in layer.operation.state.map({ $0.name(ofLayer: layer.name) }) {
        values[name] = try stored(name, checkpoint)
      }
    }
    return values
  }

  /// The values of a parameter or state in the checkpoint, or in the trace; nil if there are none.
  private func stored(_ name: String, _ checkpoint: Checkpoint?) throws -> Tensor<Double>? {
    if let checkpoint { return try checkpoint.parameter(name, as: Double.self) }
    let traced = TensorName.parameter(name)
    guard options.isOpen.network, let trace, trace.shape(of: traced) != nil else { return nil }
    return try trace.tensor(traced)
  }
}

extension Experiment {
  /// The metadata key of a trace's layers.
  static let layersKey = "layers"

  /// The layers in the form used by checkpoints.
  func layersJSON() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(model), as: UTF8.self)
  }
}
