import Backends
import Datasets
import Layers
import Networks

/// Trains a model on images, without writing files.
///
/// ```swift
/// let data = FashionMNIST()
/// let network = try fit(NiN(classes: 10), on: data.training(), test: data.test(), recipe: .quick, backend: DNNL())
/// ```
///
/// - Parameters:
///   - model: The network to train; if nil, the recipe's.
///   - images: The images to train on.
///   - validation: The images to judge epochs by, instead of a split of the training images.
///   - test: The images to test on after each epoch, if any.
///   - recipe: The recipe.
///   - backend: The backend to compute on.
///   - functions: A custom loss or update rule.
///   - transforms: Random changes to the training images, applied after the recipe's.
///   - observers: The observers.
/// - Returns: The network after the last epoch; with the averaged weights, if the recipe has an average.
/// - Throws: ``TrainingError`` if the recipe is invalid or the training diverges; the errors of `Network`.
public func fit(
  _ model: Sequential? = nil, on images: LabeledImages, validation: LabeledImages? = nil,
  test: LabeledImages? = nil,
  recipe: Recipe = .quick, backend: any Backend, functions: TrainingFunctions = TrainingFunctions(),
  transforms: [any ImageTransform] = [], observers: [any TrainingObserver] = []
) throws -> Network {
  let trainer = try Trainer(
    model, recipe: recipe, training: images, validation: validation, test: test, backend: backend,
    functions: functions, transforms: transforms)
  try trainer.run(observers: observers)
  if recipe.averageDecay != nil { try trainer.network.exchangeAverage() }
  return trainer.network
}
