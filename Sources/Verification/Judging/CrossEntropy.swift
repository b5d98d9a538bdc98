import Backends
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax cross entropy with each step rounded to a precision.
///
/// It shows the inherent loss of accuracy: the gradient p − 1 of a class that the network is sure of loses most of its
/// digits.
///
/// The equations are the book's (section 4.5.2), as in the reference. If the precision rounds, p is increased by one
/// unit in the last place: `exp` and the division may make this error, and it must not depend on chance.
struct CrossEntropy {
  /// The mean loss.
  let loss: Double
  /// The gradient of the mean loss with respect to the logits.
  let gradient: Tensor<Double>

  /// - Parameters:
  ///   - logits: N×classes.
  ///   - labels: N classes.
  ///   - precision: The precision that each step is rounded to.
  init(_ logits: Tensor<Double>, labels: [Int32], precision: Precision) {
    let rounded = precision.rounded
    let classes = logits.shape[1]
    var gradient = Tensor<Double>(shape: logits.shape, repeating: 0)
    var sum = 0.0
    for (n, label) in labels.enumerated() {
      let row = logits.elements[n * classes..<(n + 1) * classes]
      let largest = row.max() ?? 0
      let excess = precision == .float64 ? 1 : 1 + 2 * precision.unitRoundoff
      let exponentials = row.map { rounded(exp(rounded($0 - largest))) }
      let total = exponentials.reduce(0) { rounded($0 + $1) }
      let target = row[row.startIndex + Int(label)]
      sum = rounded(sum + rounded(rounded(log(total)) - rounded(target - largest)))
      for (k, exponential) in exponentials.enumerated() {
        let difference = rounded(exponential / total * excess) - (k == Int(label) ? 1 : 0)
        gradient.elements[n * classes + k] = rounded(rounded(difference) / Double(labels.count))
      }
    }
    loss = rounded(sum / Double(labels.count))
    self.gradient = gradient
  }
}
