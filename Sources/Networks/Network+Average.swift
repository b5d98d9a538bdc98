import Tensors

/// The moving average of the parameters, which often predicts better than the parameters of any one step (Polyak and
/// Juditsky, *Acceleration of Stochastic Approximation by Averaging*, 1992).
///
/// Only trained parameters are averaged. Layers' state, such as running statistics, is not, as in PyTorch's
/// `AveragedModel`.
extension Network {
  /// Moves the averages towards the parameters: average ← decay · average + (1 − decay) · parameter.
  ///
  /// Nothing is allocated, and the bits are the same on any number of threads.
  ///
  /// - Parameter decay: The share of the average that is kept, from 0 to 1.
  /// - Throws: ``NetworkError`` if the network keeps no average, if the parameters are exchanged with their averages,
  ///   if the decay is not from 0 to 1, or if the system does not allow the process this many threads.
  public func updateAverage(decay: Double) throws {
    let average = try requireAverage()
    guard (0...1).contains(decay) else {
      throw NetworkError.invalidArgument(
        name: "decay", reason: "the decay of an average is \(decay); it must be from 0 to 1")
    }
    guard !store.isExchanged else {
      throw NetworkError.notPrepared(
        reason: "the parameters are exchanged with their averages; exchange them back before an update")
    }
    try LaneProfile(profile).measure(.update) { try average.update(decay: decay) }
  }

  /// Exchanges the parameters with their averages, so that the network computes with the averages; a second call undoes
  /// it.
  ///
  /// - Throws: ``NetworkError`` if the network keeps no average, or if the system does not allow the process this many
  ///   threads.
  public func exchangeAverage() throws {
    try requireAverage().exchange()
    store.isExchanged.toggle()
  }

  /// Whether the parameters are exchanged with their averages.
  public var isAverageExchanged: Bool { store.isExchanged }

  /// Sets the averages to the parameters' values, as initializing or setting the parameters does.
  ///
  /// - Throws: ``NetworkError`` if the network keeps no average.
  public func resetAverage() throws {
    _ = try requireAverage()
    store.resetAverages()
  }

  /// All averages in plain float32, in the model's order; for frozen parameters, their values.
  ///
  /// - Throws: ``NetworkError`` if the network keeps no average.
  public func averages() throws -> [(name: String, tensor: Tensor<Float>)] {
    _ = try requireAverage()
    return try lazyAverages.map { ($0.name, try $0.values()) }
  }

  /// The averages, each read only when needed; empty for a network without an average.
  package var lazyAverages: [LazyTensor] {
    parameterAverage == nil ? [] : lazily { $0.isTrained ? store.average($0) : store.value($0) }
  }

  /// Sets the averages of all parameters that are trained.
  ///
  /// - Parameter source: Returns the tensor for a parameter's name.
  /// - Throws: ``NetworkError`` if the network keeps no average, or if a tensor has another shape than its parameter.
  public func setAverages(_ source: (_ name: String) throws -> Tensor<Float>) throws {
    _ = try requireAverage()
    try setAll({ $0.isTrained ? store.average($0) : nil }, source)
  }

  private func requireAverage() throws -> ParameterAverage {
    guard let parameterAverage else {
      throw NetworkError.notPrepared(
        reason:
          "the network was prepared without an average of its parameters; "
          + "prepare it with NetworkOptions(keepsAverage: true)"
      )
    }
    return parameterAverage
  }
}
