#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The softmax of one row of scores, for a ``CustomLoss``: see ``CustomLossCall/softmax(_:)``.
///
/// It is computed in Double, without overflow for any scores and without allocation; results are rounded once, to Float
/// like the scores and the gradient. It points to the scores, so it is valid only during the call that receives them. As
/// an example, the focal loss −(1 − p)² log p of the correct class's probability p (Lin and others 2017, with γ = 2):
///
///     struct FocalLoss: CustomLoss {
///       func score(_ call: CustomLossCall) -> ClassificationScore {
///         var score = ClassificationScore(correct: call.correctCount, count: call.count)
///         for row in 0..<call.count {
///           let (softmax, label, gradient) = (call.softmax(row), call.label(row), call.gradient(row))
///           let (p, logP) = (softmax[label], softmax.logarithm(label))
///           score.lossSum -= Double((1 - p) * (1 - p) * logP)
///           // The derivative with respect to log p, whose own gradient is one-hot(label) − softmax.
///           let slope = (1 - p) * (2 * p * logP - (1 - p)) / Float(call.imagesOfBatch)
///           for index in 0..<call.classes {
///             gradient?[index] = slope * ((index == label ? 1 : 0) - softmax[index])
///           }
///         }
///         return score
///       }
///     }
public struct SoftmaxRow {
  private let logits: UnsafeBufferPointer<Float>
  private let largest: Double
  /// Σ exp(score − largest).
  private let sum: Double
  private let logSum: Double

  /// Computes the sum over a row.
  init(_ logits: UnsafeBufferPointer<Float>) {
    var largest = -Double.infinity
    for logit in logits where Double(logit) > largest { largest = Double(logit) }
    var sum = 0.0
    for logit in logits { sum += exp(Double(logit) - largest) }
    (self.logits, self.largest, self.sum, logSum) = (logits, largest, sum, log(sum))
  }

  /// The number of classes.
  public var count: Int { logits.count }

  /// The probability of a class: exp(score) / Σ exp(score).
  public subscript(index: Int) -> Float { Float(exp(Double(logits[index]) - largest) / sum) }

  /// The logarithm of the probability of a class; its negative is the cross entropy if the class is the correct one.
  public func logarithm(_ index: Int) -> Float { Float(Double(logits[index]) - largest - logSum) }
}
