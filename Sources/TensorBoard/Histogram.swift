/// Counts of numbers in intervals of equal width.
///
/// Like TensorBoard's histograms of version 2, with more intervals.
struct Histogram {
  static let bucketCount = 64

  private var least = Double.infinity
  private var greatest = -Double.infinity
  private var sum = 0.0
  private var sumOfSquares = 0.0
  private var count = 0
  private var buckets = [Double](repeating: 0, count: bucketCount)

  /// Counts numbers; non-finite ones are ignored.
  init(_ numbers: [Float]) {
    for number in numbers where number.isFinite {
      let number = Double(number)
      least = min(least, number)
      greatest = max(greatest, number)
      sum += number
      sumOfSquares += number * number
      count += 1
    }
    guard count > 0 else {
      (least, greatest) = (0, 0)
      return
    }
    let width = greatest - least
    let scale = width > 0 ? Double(Self.bucketCount) / width : 0
    for number in numbers where number.isFinite {
      buckets[min(Int((Double(number) - least) * scale), Self.bucketCount - 1)] += 1
    }
  }

  /// The message; if all numbers are equal, there is one bucket, which ends there.
  var message: Tensorboard_HistogramProto {
    let isPoint = greatest == least
    let width = (greatest - least) / Double(Self.bucketCount)
    return .with {
      $0.min = least
      $0.max = greatest
      $0.num = Double(count)
      $0.sum = sum
      $0.sumSquares = sumOfSquares
      $0.bucketLimit =
        isPoint
        ? [greatest]
        : (1...Self.bucketCount).map { $0 == Self.bucketCount ? greatest : least + width * Double($0) }
      $0.bucket = isPoint ? [Double(count)] : buckets
    }
  }
}
