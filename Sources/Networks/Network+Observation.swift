extension Network {
  /// The profile that the times are added to; nil, the default, for none.
  package var profile: Profile? {
    get { runner.profile }
    set { runner.profile = newValue }
  }

  /// Observes the output of every layer; nil, the default, for no observer.
  ///
  /// With one, the parts of a batch are computed in order.
  package var activationObserver: (any ActivationObserver)? {
    get { runner.activationObserver }
    set { runner.activationObserver = newValue }
  }
}

extension Profile {
  /// Creates an empty profile of a network.
  package convenience init(of network: Network) {
    self.init(layerCount: network.layers.count, laneCount: network.backend.threads.count)
  }
}
