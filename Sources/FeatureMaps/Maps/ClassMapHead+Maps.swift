import Tensors

extension ClassMapHead {
  /// The map of each class.
  ///
  /// - Parameters:
  ///   - features: The last maps of one image, C×H×W.
  ///   - parameters: The values of ``parameters``.
  /// - Returns: A map of H×W for each class, whose mean is its score.
  func maps(of features: Tensor<Double>, _ parameters: [Tensor<Double>]) -> [Plane] {
    let planes = Plane.all(of: features)
    guard let weight = parameters.first else { return planes }
    let bias = parameters.count > 1 ? parameters[1].elements : Array(repeating: 0, count: classes)
    let (height, width) = (shape[1], shape[2])
    let (area, inputs) = (height * width, weight.shape[1])
    return (0..<classes).map { row in
      let weights = weight.elements[row * inputs..<(row + 1) * inputs]
      var sums = [Double](repeating: bias[row], count: area)
      for (channel, plane) in planes.enumerated() {
        for position in 0..<area {
          // A sum over positions is the mean of elements multiplied by their number.
          let factor =
            rule == .weightedMeans
            ? weights[weights.startIndex + channel]
            : weights[weights.startIndex + channel * area + position] * Double(area)
          sums[position] += factor * plane.values[position]
        }
      }
      return Plane(height: height, width: width, values: sums)
    }
  }
}
