import Backends
import Testing
import Training

@Suite("The confusion matrix")
struct ConfusionMatrixTests {
  /// The second class is taken for the third four times, the third is never predicted rightly; a row is a label.
  private static let counts = [[5, 1, 0, 0], [2, 3, 4, 0], [1, 4, 0, 0], [0, 0, 0, 0]]

  private func matrix() -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: 4)
    for (label, row) in Self.counts.enumerated() {
      for (prediction, count) in row.enumerated() {
        for _ in 0..<count { matrix.add(label: label, prediction: prediction) }
      }
    }
    return matrix
  }

  @Test("counts")
  func counts() {
    let matrix = matrix()
    #expect(matrix.count == 20 && matrix.correct == 8 && matrix.accuracy == 0.4)
    #expect((0..<4).map(matrix.support) == [6, 9, 5, 0])
    #expect((0..<4).map(matrix.predictions) == [8, 8, 4, 0])
    #expect(matrix[1, 2] == 4 && matrix[2, 1] == 4 && matrix[3, 3] == 0)
  }

  @Test("prints a line for each label")
  func description() {
    #expect("\(matrix())" == "5 1 0 0\n2 3 4 0\n1 4 0 0\n0 0 0 0")
    var wide = ConfusionMatrix(classes: 2)
    for _ in 0..<12 { wide.add(label: 1, prediction: 0) }
    #expect("\(wide)" == " 0  0\n12  0")
  }

  @Test("gives the definitions' precision, recall and F1, and none where they divide by 0")
  func figures() {
    let figures = matrix().figures
    #expect(figures.map(\.precision) == [5.0 / 8, 3.0 / 8, 0, nil])
    #expect(figures.map(\.recall) == [5.0 / 6, 3.0 / 9, 0, nil])
    for (figure, expected) in zip(figures, [5.0 / 7, 6.0 / 17]) {
      #expect(abs((figure.f1 ?? 0) - expected) < 1e-15)
      let (p, r) = (figure.precision ?? 0, figure.recall ?? 0)
      #expect(abs(2 * p * r / (p + r) - expected) < 1e-15)
    }
    #expect(figures[2].f1 == 0 && figures[3].f1 == nil)
  }

  @Test("averages over the classes that have images")
  func means() {
    let means = matrix().means
    #expect(abs(means.precision - 1.0 / 3) < 1e-15)
    #expect(abs(means.recall - (5.0 / 6 + 1.0 / 3) / 3) < 1e-15)
    #expect(abs(means.f1 - (5.0 / 7 + 6.0 / 17) / 3) < 1e-15)
    #expect(ConfusionMatrix(classes: 2).means == (0, 0, 0))
  }

  @Test("lists the confusions most often made, with ties in the order of classes")
  func confusions() {
    let confusions = matrix().mostConfused(4)
    #expect(confusions.map(\.count) == [4, 4, 2, 1])
    #expect(confusions.map(\.label) == [1, 2, 1, 0])
    #expect(confusions.map(\.prediction) == [2, 1, 0, 1])
    #expect(matrix().mostConfused(100).count == 5)
    #expect(ConfusionMatrix(classes: 3).mostConfused(2).isEmpty)
  }

  @Test("names classes that nothing was classified as, but not those without images")
  func neverPredicted() {
    var matrix = ConfusionMatrix(classes: 3)
    matrix.add(label: 1, prediction: 0)
    #expect(matrix.neverPredicted == [1])
    matrix.clear()
    #expect(matrix.neverPredicted.isEmpty && matrix.count == 0)
  }

  @Test("classifies a row by its largest number, with ties the first, as the loss does")
  func batch() {
    let logits: [Float] = [1, 3, 3, 3, 1, 3, .nan, 0, 1, 0, 0, 0]
    let labels: [Int32] = [2, 2, 0, 1]
    var (matrix, ranks) = (ConfusionMatrix(classes: 3), RankCounts(classes: 3))
    withBatch(logits, labels) { batch in
      matrix.add(batch)
      ranks.add(batch)
      #expect(
        (0..<4).map(batch.prediction) == [1, 0, 0, 0] && (0..<4).map(batch.rankOfLabel) == [1, 1, 2, 1])
    }
    #expect(matrix[2, 1] == 1 && matrix[2, 0] == 1 && matrix[0, 0] == 1 && matrix[1, 0] == 1)
    #expect(ranks.accuracy(top: 1) == 0 && ranks.accuracy(top: 2) == 0.75 && ranks.accuracy(top: 99) == 1)
    #expect(RankCounts(classes: 2).accuracy(top: 1) == 0)
  }

  private func withBatch(_ logits: [Float], _ labels: [Int32], _ body: (EvaluatedBatch) -> Void) {
    logits.withUnsafeBufferPointer { logits in
      labels.withUnsafeBufferPointer { labels in
        body(
          EvaluatedBatch(
            firstImage: 0, labels: labels, logits: logits, classes: logits.count / labels.count,
            score: ClassificationScore()))
      }
    }
  }
}
