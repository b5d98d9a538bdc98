import Layers

extension Tab {
  /// The network of a tab.
  ///
  /// NiN's head is the mean over the whole plane, but in ``jax`` over windows of 5×5 with a stride of 1: one window on
  /// images of 195 to 226 pixels, several on larger ones, none on smaller ones. A variant with another head keeps its
  /// head, and other models are the same in all tabs.
  ///
  /// - Parameter model: The network.
  /// - Returns: The network with the tab's head.
  /// - Throws: `GeometryError` if the design is invalid.
  public func choice(_ model: ModelChoice) throws -> ModelChoice {
    let design = model.design
    guard self == .jax, model.name == .nin, design.head == .globalAverage else { return model }
    return ModelChoice(
      try NiNDesign(
        pointwiseConvolutions: design.pointwiseConvolutions, pointwiseKernel: design.pointwiseKernel,
        head: .window, width: design.width, lastStep: design.lastStep, depth: design.depth))
  }
}

extension Recipe {
  /// The network, with the head of the tab, if there is a tab.
  ///
  /// - Parameter classes: The number of classes.
  /// - Returns: The model.
  /// - Throws: As ``Tab/choice(_:)``.
  public func network(classes: Int) throws -> Sequential {
    try (tab?.choice(model) ?? model).model(classes: classes)
  }
}
