import Exercises
import Testing

@Suite("Student's t")
struct StudentTTests {
  /// Tables of the distribution, such as Abramowitz and Stegun's 26.10.
  @Test(
    "has the quantiles of the tables",
    arguments: [
      (1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (4, 0.95, 2.776), (5, 0.95, 2.571),
      (9, 0.95, 2.262), (10, 0.95, 2.228), (30, 0.95, 2.042), (120, 0.95, 1.980), (1, 0.9, 6.314),
      (4, 0.99, 4.604), (5, 0.99, 4.032), (8, 0.9, 1.860),
    ])
  func tables(degrees: Int, confidence: Double, expected: Double) {
    let t = StudentT(degreesOfFreedom: degrees).quantile(confidence: confidence)
    #expect(abs(t - expected) < 6e-4)
  }

  @Test("has quantiles that are where the probability is")
  func inverse() {
    for degrees in 1...60 {
      let student = StudentT(degreesOfFreedom: degrees)
      for confidence in [0.01, 0.5, 0.8, 0.999] {
        #expect(abs(student.central(student.quantile(confidence: confidence)) - confidence) < 1e-12)
      }
    }
  }

  @Test("has probabilities between 0 and 1")
  func ends() {
    for degrees in [1, 2, 3, 7, 50] {
      let student = StudentT(degreesOfFreedom: degrees)
      #expect(student.central(0) == 0)
      #expect(abs(student.central(1e9) - 1) < 1e-8)
    }
  }
}
