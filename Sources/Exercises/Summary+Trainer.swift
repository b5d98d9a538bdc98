import Layers
import Training

extension Summary {
  /// The table of the network that is trained, for one image.
  ///
  /// - Throws: `LayerError` if the image does not fit.
  init(of trainer: Trainer) throws {
    try self.init(trainer.network.model, input: trainer.network.image.batched(1))
  }
}
