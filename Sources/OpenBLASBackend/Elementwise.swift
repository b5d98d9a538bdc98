#if OpenBLAS
  import Backends

  /// Adds a number to each element.
  func add(_ number: Float, to elements: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { elements[index] += number }
  }

  /// Adds a number to each element and replaces what is not positive by 0; NaN stays.
  func addAndRectify(_ number: Float, _ elements: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let sum = elements[index] + number
      elements[index] = sum <= 0 ? 0 : sum
    }
  }

  /// Replaces by 0 the gradients whose values are not positive; where a value is NaN the gradient passes, as in
  /// PyTorch.
  func maskWhereNotPositive(
    _ gradients: UnsafeMutablePointer<Float>, by values: UnsafePointer<Float>, count: Int, threads: ThreadPool
  ) {
    threads.forEachRange(count) { range, _ in
      for index in range {
        let gradient = gradients[index]
        gradients[index] = values[index] <= 0 ? 0 : gradient
      }
    }
  }
#endif
