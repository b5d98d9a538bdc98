import Foundation
import NetworkInNetwork
import TestSupport
import Testing

@testable import NinCommand

extension CommandTests {
  @Suite("nin evaluate")
  struct EvaluateTests {
    private let folder: TemporaryFolder
    private let evaluate = [
      "--backend", TestedBackends.fastest, "evaluate", "--checkpoint", "network", "--data", "data",
    ]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
      try UntrainedNetwork.write(to: "network", in: folder)
    }

    @Test("prints each class, the confusion matrix and top-k accuracies")
    func text() throws {
      let run = try nin(evaluate + ["--top-k", "3", "--top-k", "10"], in: folder)
      expectSuccess(run)
      for part in [
        "top-3 acc 0.", "top-10 acc 1.000", "precision", "recall", "F1", "support", "most confused",
      ] {
        #expect(run.output.contains(part), "\(part)")
      }
      #expect(!run.output.contains("top-5"))
    }

    @Test("fits 80 columns in a file, and a terminal of any width from 40")
    func widths() throws {
      let run = try nin(evaluate, in: folder)
      expectSuccess(run)
      // The last line names the processor, whose name may be long.
      let lines = run.output.split(separator: "\n")
      #expect(lines.dropLast().allSatisfy { $0.count <= 80 }, "\(run.output)")
      for width in [40, 60, 80, 120, 200] {
        for names in [
          FashionMNIST.classNames, (0..<10).map { "a class with a long name, \($0)" },
          (0..<20).map { "class \($0)" },
        ] {
          let text = try Self.report(names).text(width: width)
          #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, "\(text)")
          #expect(text.contains("12345") && text.contains("rows: labels"))
        }
      }
    }

    /// For images of the first class, all classified as the last.
    private static func report(_ names: [String]) throws -> EvaluationReport {
      let description = CheckpointDescription(
        model: NiN(classes: names.count), image: [1, 67, 67], classNames: names, normalization: .none)
      var report = EvaluationReport(description, classes: names.count, top: [], dataNames: names)
      let logits = names.indices.map { Float($0) }
      let labels: [Int32] = [0]
      labels.withUnsafeBufferPointer { labels in
        logits.withUnsafeBufferPointer { logits in
          for index in 0..<12_345 {
            report.add(
              EvaluatedBatch(
                firstImage: index, labels: labels, logits: logits, classes: names.count,
                score: ClassificationScore(lossSum: 1, correct: 0, count: 1)))
          }
        }
      }
      return report
    }

    @Test("heads the matrix by names if they fit and differ, otherwise by numbers")
    func headings() throws {
      let wide = try Self.report(FashionMNIST.classNames).text(width: 120)
      #expect(wide.contains("t-shir") && !wide.contains("0 t-shirt"))
      let narrow = try Self.report(FashionMNIST.classNames).text(width: 80)
      #expect(narrow.contains("0 t-shirt") && narrow.contains("9 ankle boot"))
      let alike = try Self.report((0..<3).map { "species \($0)" }).text(width: 200)
      #expect(alike.contains("2 species 2"))
      let many = try Self.report((0..<21).map { "class \($0)" }).text(width: 80)
      #expect(!many.contains("rows: labels") && many.contains("--json"))
    }

    @Test("prints names of classes on one line, and as they are in JSON")
    func oddNames() throws {
      let names = ["new\nline", "\u{1B}[31mred", "plain"]
      let report = try Self.report(names)
      let text = report.text(width: 80)
      #expect(text.contains("new\\nline") && !text.contains("new\n") && !text.contains("\u{1B}"))
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
      let classes = try #require(json?["classes"] as? [[String: Any]])
      #expect(classes.map { $0["name"] as? String } == names)
    }

    @Test("gives figures as JSON that agree with each other")
    func json() throws {
      let run = try nin(evaluate + ["--json"], in: folder)
      expectSuccess(run)
      let report = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let matrix = try #require(report["confusion"] as? [[Int]])
      #expect(matrix.count == 10 && matrix.allSatisfy { $0.count == 10 })
      #expect(matrix.flatMap(\.self).reduce(0, +) == 24)
      let correct = (0..<10).map { matrix[$0][$0] }.reduce(0, +)
      #expect(report["accuracy"] as? Double == Double(correct) / 24)
      let classes = try #require(report["classes"] as? [[String: Any]])
      #expect(classes.map { $0["support"] as? Int } == matrix.map { $0.reduce(0, +) })
      let top = try #require(report["top_k_accuracies"] as? [String: Double])
      #expect(Set(top.keys) == ["2", "5"] && (top["2"] ?? 1) <= (top["5"] ?? 0))
      let most = try #require(report["most_confused"] as? [[String: Any]])
      var largest = 0
      for (label, row) in matrix.enumerated() {
        for (prediction, count) in row.enumerated() where prediction != label {
          largest = max(largest, count)
        }
      }
      #expect(most.first?["count"] as? Int == largest)
    }

    @Test("rejects an invalid k", arguments: ["0", "-1", "11", "x"])
    func badTop(k: String) throws {
      expectFailure(try nin(evaluate + ["--top-k", k], in: folder), naming: "--top-k")
    }

    @Test("names the parameter of a network that has a NaN")
    func notANumber() throws {
      try UntrainedNetwork.writePlain(to: "network", in: folder) { tensors in
        let index = tensors.firstIndex { $0.name == "net.4.0.bias" } ?? 0
        tensors[index].tensor.elements[0] = .nan
        tensors[index].tensor.elements[1] = .infinity
      }
      let run = try nin(evaluate + ["--image-size", "67"], in: folder)
      expectFailure(run, naming: "network", "net.4.0.bias", "NaN")
    }
  }
}
