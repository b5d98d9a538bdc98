/// A sum over a whole batch that batch normalization needs, added up over the parts of the batch.
public enum BatchStatistic: Sendable {
  /// Σ x of each channel.
  case mean
  /// Σ (x − mean)² of each channel.
  case variance
  /// Σ ∂y of each channel, then Σ ∂y · x̂ of each channel.
  case gradients
}

/// A kernel that computes a part of a batch, and in training needs sums over the whole batch.
///
/// A network computes all parts up to this layer, and gets the sums of each part from its kernel with ``sum(_:into:)``.
/// It adds them up and passes the totals to every kernel with ``take(_:from:images:updatesState:)``: first
/// ``BatchStatistic/mean``, then ``BatchStatistic/variance``, and only then runs `forward`. In the backward pass it
/// does so with ``BatchStatistic/gradients``, in place of `parameterGradients`, and then runs `inputGradient`. All
/// these passes have ``RunContext/hasBatchStatistics``. Without it, the kernel's images are the whole batch.
///
/// A kernel of batch normalization that does not conform is given whole batches.
public protocol BatchStatisticsKernel: Kernel {
  /// The largest number of sums of any statistic.
  var sumCount: Int { get }

  /// Computes the sums over the kernel's images; with ``BatchStatistic/gradients`` also the parameters' gradients, for
  /// these images alone.
  func sum(_ statistic: BatchStatistic, into sums: UnsafeMutablePointer<Double>)

  /// Takes the sums over the whole batch.
  ///
  /// - Parameters:
  ///   - statistic: The statistic.
  ///   - sums: The sums, in the form that ``sum(_:into:)`` writes.
  ///   - images: The number of images of the batch.
  ///   - updatesState: Whether this is the kernel that updates the running statistics.
  func take(
    _ statistic: BatchStatistic, from sums: UnsafePointer<Double>, images: Int, updatesState: Bool)
}
