import Tensors

/// The sizes of sums over the channels of N×C×H×W, or the columns of N×C, each for the channel with the largest value;
/// 0 if that is not finite.
struct ChannelSums {
  /// The Euclidean norm of the channel's elements, or of its sums over each image if that is larger.
  let norm: Double
  /// The Euclidean norm of all partial sums, each of which is rounded if numbers are added one by one.
  let partialSums: Double
  /// The sum of the magnitudes of the channel's elements.
  let magnitudes: Double

  init(_ tensor: Tensor<Double>) {
    let channels = tensor.shape.rank > 1 ? tensor.shape[1] : 1
    let area = tensor.shape.elementCount / max(tensor.shape[0] * channels, 1)
    var squares = [Double](repeating: 0, count: channels)
    var squaredSums = squares
    var totals = squares
    var squaredPartialSums = squares
    var magnitudes = squares
    for plane in 0..<tensor.shape[0] * channels {
      let channel = plane % channels
      var sum = 0.0
      for element in tensor.elements[plane * area..<(plane + 1) * area] {
        sum += element
        squares[channel] += element * element
        magnitudes[channel] += abs(element)
        let partialSum = totals[channel] + sum
        squaredPartialSums[channel] += partialSum * partialSum
      }
      totals[channel] += sum
      squaredSums[channel] += sum * sum
    }
    func largestRoot(_ squares: [Double]) -> Double { (squares.filter(\.isFinite).max() ?? 0).squareRoot() }
    self.magnitudes = magnitudes.filter(\.isFinite).max() ?? 0
    norm = largestRoot(squares + squaredSums)
    partialSums = largestRoot(squaredPartialSums)
  }
}
