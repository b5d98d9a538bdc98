import Layers

extension Tab {
  /// The network of a tab.
  ///
  /// NiN's head is the mean over all places, but in ``jax`` over windows of 5×5 with a stride of 1: global on images of 195
  /// to 226 pixels, several windows on larger ones, none on smaller ones. Other models are the same in all tabs.
  ///
  /// - Parameters:
  ///   - model: Which network.
  ///   - classes: How many classes there are.
  /// - Returns: The model.
  /// - Throws: `GeometryError` if there is no such design.
  public func network(_ model: ModelCatalogue, classes: Int) throws -> Sequential {
    guard self == .jax, model == .nin else { return model.model(classes: classes) }
    return NiN(classes: classes, design: try NiNDesign(head: .window))
  }
}

extension Recipe {
  /// The network, with the head of the tab, if there is a tab.
  ///
  /// - Parameter classes: How many classes there are.
  /// - Returns: The model.
  /// - Throws: As ``Tab/network(_:classes:)``.
  public func network(classes: Int) throws -> Sequential {
    try tab?.network(model, classes: classes) ?? model.model(classes: classes)
  }
}
