/// The division of a batch of the usual size, and the memory of its activations.
package struct BatchPlan: Sendable, Equatable {
  /// The number of images of the batch.
  package let images: Int
  /// The number of images of a part; the last may have fewer.
  package let partSize: Int
  /// The number of parts.
  package let parts: Int
  /// The number of lanes that compute parts at the same time; 1 if ``isWide``.
  package let lanes: Int
  /// Whether parts are computed one after the other, each pass by all threads.
  package let isWide: Bool
  /// The number of phases: 1, plus one for each sum over the batch, which is three in training for each batch
  /// normalization that takes parts.
  package let phases: Int
  /// The number of parts that have activations at the same time: one for each lane; all if there are several phases,
  /// since a part keeps its activations from one to the next.
  package let partsHeld: Int
  /// Bytes of the activations of one part, with their gradients, saved state and scratch.
  package let byteCountOfPart: Int

  init(_ division: BatchDivision, threads: Int, phases: Int, byteCountOfPart: Int) {
    images = division.images
    partSize = division.partSize
    parts = division.parts
    isWide = division.isWide
    lanes = division.isWide ? 1 : min(threads, division.parts)
    self.phases = phases
    partsHeld = phases > 1 ? parts : lanes
    self.byteCountOfPart = byteCountOfPart
  }
}
