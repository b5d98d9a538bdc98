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
///   - restoresBest: Whether to return the network of the best epoch instead of the last one's: that with the highest
///     accuracy on the validation images or, if there are none, the test images or, failing that, the training images.
/// - Returns: The network after the last epoch, even if patience has run out, or that of the best epoch; with the
///   averaged weights, if the recipe has an average.
/// - Throws: ``TrainingError`` if the recipe is invalid, a set of images is empty or training diverges; `NetworkError` if
///   the number of outputs differs from the number of classes; errors from `Network`.
public func fit(
  _ model: Sequential? = nil, on images: LabeledImages, validation: LabeledImages? = nil,
  test: LabeledImages? = nil,
  recipe: Recipe = .quick, backend: any Backend, functions: TrainingFunctions = TrainingFunctions(),
  transforms: [any ImageTransform] = [], observers: [any TrainingObserver] = [], restoresBest: Bool = false
) throws -> Network {
  let trainer = try Trainer(
    model, recipe: recipe, training: images, validation: validation, test: test, backend: backend,
    functions: functions, transforms: transforms)
  try trainer.run(observers: observers, restoresBest: restoresBest)
  if recipe.averageDecay != nil, !restoresBest { try trainer.network.exchangeAverage() }
  return trainer.network
}
