import Backends
import Networks
import ReferenceBackend
import Tensors

/// The losses of the same training on several backends: the same first parameters, batches and rule.
///
/// Two right computations do not stay together: a rounding now is another gradient in the next step. With ε the
/// relative error of a gradient, η the learning rate and g the gradients, the loss before step k may lie
///
///     a · (1 + loss) + ε · η · ‖g_k‖ · Σ_{j<k} ‖g_j‖
///
/// from the reference's, to first order. For float32 ε is 1 % (a pooling's window with another winner changes a
/// gradient by up to 0.1 %) and a is 1e-5; for bfloat16 they are 50 % and 2 %. The bound is one for some tens of
/// steps: where the loss is about to diverge, any two trainings part.
public struct TrainingCurves: Sendable {
  /// The losses of one backend.
  public struct Curve: Sendable {
    /// The backend's name.
    public let name: String
    /// The loss before each step, and after the last.
    public let losses: [Double]
  }

  /// The reference's losses, in float32 or float64.
  public let expected: Curve
  /// The backends' losses.
  public let curves: [Curve]
  /// How far each loss may lie from the expected one.
  public let bounds: [Double]

  /// Runs the trainings.
  ///
  /// - Parameters:
  ///   - experiment: The model, its first parameters and dropout.
  ///   - backends: Who trains, beside the reference.
  ///   - precision: In which numbers.
  ///   - steps: How many steps.
  ///   - learningRate: The learning rate of plain stochastic gradient descent.
  ///   - threads: The reference's threads.
  ///   - batch: Gives the images and labels of a step, from 0; it is asked for one more than there are steps.
  /// - Throws: The errors of `Network`, and what giving a batch throws.
  public init(
    _ experiment: Experiment, on backends: [any Backend], precision: Precision, steps: Int,
    learningRate: Double, threads: ThreadPool,
    batch: (_ step: Int) throws -> (images: Tensor<Double>, labels: [Int32])
  ) throws {
    func run(_ backend: any Backend, _ precision: Precision) throws -> (losses: [Double], norms: [Double]) {
      let network = try experiment.network(on: backend, precision: precision)
      var losses: [Double] = []
      var norms: [Double] = []
      for step in 0...steps {
        let (images, labels) = try batch(step)
        let score = try network.computeGradients(
          experiment.with(images: images, labels: labels, step: step))
        losses.append(score.loss)
        norms.append(network.gradientNorm)
        try network.update(GradientDescentRule(learningRate: learningRate))
      }
      return (losses, norms)
    }
    let reference = Reference(threads: threads)
    let truth = try run(reference, precision == .float64 ? .float64 : .float32)
    expected = Curve(name: reference.name, losses: truth.losses)
    curves = try backends.filter { $0.name != reference.name }.map {
      Curve(name: $0.name, losses: try run($0, precision).losses)
    }
    let (small, gradientError) = precision == .bfloat16 ? (2e-2, 0.5) : (1e-5, 1e-2)
    var walked = 0.0
    bounds = zip(truth.losses, truth.norms).map { loss, norm in
      defer { walked += norm }
      return small * (1 + abs(loss)) + gradientError * learningRate * norm * walked
    }
  }

  /// How far a curve's losses lie from the expected ones.
  public func differences(_ curve: Curve) -> [Double] {
    zip(curve.losses, expected.losses).map { loss, expected in
      loss == expected || (loss.isNaN && expected.isNaN) ? 0 : abs(loss - expected)
    }
  }

  /// The first step before which a curve leaves the bound; nil if none.
  public func departure(_ curve: Curve) -> Int? {
    zip(differences(curve), bounds).enumerated().first { !($0.element.0 <= $0.element.1) }?.offset
  }

  /// Whether all curves stay within the bound.
  public var passes: Bool { curves.allSatisfy { departure($0) == nil } }
}
