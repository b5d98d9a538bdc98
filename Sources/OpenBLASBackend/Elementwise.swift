#if OpenBLAS
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
#endif
