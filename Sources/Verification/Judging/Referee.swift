import Backends

/// Decides whether the differences of a recording from exact arithmetic are within rounding error.
///
/// Two computations of one network cannot be compared tensor by tensor with a tight bound: errors grow from layer to
/// layer, and if rounding makes a different element of a pooling's window the largest, or moves the input of a ReLU
/// across 0, all gradients before it legitimately differ by far more than rounding errors. So each layer is judged
/// separately. The reference computes it in float64 **from the recording's own activations**: the layer's input in the
/// recording, not in the reference. The backward pass likewise uses the recording's activations, and with them its
/// winners and signs.
///
/// The size of an acceptable error is measured, not guessed. Besides float64, the reference computes the layer from the
/// same activations in the recording's precision, in the plain order of the equations. The largest difference of the
/// two over a tensor, but at least the unit roundoff times the tensor's largest magnitude, is that tensor's **expected
/// rounding**; an error of up to ``Finding/bound`` of these units passes. It reflects the length of the sums,
/// cancellation in them and propagated errors, for any network. For bfloat16 the rounded reference sums in float32 and
/// rounds weights, activations and the gradients of activations. For float64, whose rounding errors cannot be measured
/// here, it is that of float32 times 2⁻²⁹, the ratio of their unit roundoffs.
///
/// If a tensor depends on few numbers, as in the last layers of a network with few classes left, the measured error may
/// be small by chance. Two lower bounds do not depend on chance. A ReLU or a max pooling does not increase an error, so
/// a tensor judged together with the layer before it has at least that layer's expected rounding. And a parameter's
/// gradient is a sum of products ∂y·x, a bias's a sum of ∂y alone, which is small if its terms cancel. If the ∂y have
/// the relative error ρ, in the mean over all of them and at least the unit roundoff u, a gradient has at least ρ ·
/// ‖∂y‖ · max |x|. ‖∂y‖ is the Euclidean norm of a channel's elements, or of its sums over each image if that is
/// larger, since all elements of an image may have a common error; the channel is the one with the largest norm. For a
/// bias it is also at least u times the Euclidean norm of all partial sums, since a library may add its terms one by
/// one, and the plain loops add them image by image. Right before a batch normalization that uses the batch's
/// statistics it is at least u · Σ |∂y| · max |x|: all elements of a channel have the errors of its means.
///
/// If a recording says that a convolution was computed by a less accurate algorithm, such as Winograd's, the rounded
/// computation gets errors of that size too, with random signs, so that the expected rounding of the layers after it
/// follows (`RoundedPair.addError`).
///
/// A layer's state is judged like an activation, from the layer's input.
///
/// Tensors that a recording lacks are computed and passed on, in both precisions: a trace of the top-level layers is
/// judged from one of them to the next, and a convolution with a fused ReLU from its input to the ReLU's output. The
/// backward pass of such a ReLU uses the signs of its output.
///
/// If a convolution's input has NaN or infinities, more of its output may be NaN than the equations say, since a
/// library may multiply them by the zeros of padding. That NaN passes, there and in everything computed from it; a
/// number instead of NaN or an infinity does not. If the rounded computation overflows, as when training diverges, the
/// recording may overflow as well.
public struct Referee {
  private let experiment: Experiment
  private let threads: ThreadPool

  /// Creates a referee.
  ///
  /// - Parameters:
  ///   - experiment: The experiment that was computed.
  ///   - threads: The threads to compute with.
  public init(_ experiment: Experiment, threads: ThreadPool) {
    self.experiment = experiment
    self.threads = threads
  }

  /// Judges recordings; if several have the same input to a layer, the reference computes once for all.
  ///
  /// - Parameters:
  ///   - recordings: Recordings of the experiment, of one or several computations.
  ///   - exact: The winners in float64 without a recording's activations, to count different winners.
  /// - Returns: The judgment of each recording.
  /// - Throws: ``VerificationError`` if a tensor's shape differs from the network's; the errors of reading.
  /// - Precondition: All recordings have the same precision.
  public func judge(
    _ recordings: [any Recording], against exact: ExactWinners? = nil
  ) throws -> [Judgment] {
    precondition(Set(recordings.map(\.precision)).count <= 1, "recordings in several precisions")
    var referees = try recordings.map { recording in
      try PassReferee(
        experiment.taken(in: recording.precision, by: recording.plan), recording,
        exact: recording.plan == .prediction && experiment.context.isTraining ? nil : exact, threads: threads)
    }
    for index in experiment.layers.indices {
      let results = SharedResults()
      for referee in referees.indices { try referees[referee].judgeForward(index, results) }
    }
    for referee in referees.indices { try referees[referee].judgeLoss() }
    for index in experiment.layers.indices.reversed() {
      let results = SharedResults()
      for referee in referees.indices { try referees[referee].judgeBackward(index, results) }
    }
    return referees.map(\.judgment)
  }
}
