#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Tensorboard_Summary.Value {
  /// A number over the steps.
  static func scalar(_ tag: String, _ number: Double) -> Self {
    .with {
      $0.tag = tag
      $0.simpleValue = Float(number)
    }
  }

  /// The distribution of numbers over the steps.
  static func histogram(_ tag: String, _ numbers: [Float]) -> Self {
    .with {
      $0.tag = tag
      $0.histo = Histogram(numbers).message
    }
  }

  /// A text, in Markdown.
  static func text(_ tag: String, _ markdown: String) -> Self {
    .with {
      $0.tag = tag
      $0.metadata.pluginData.pluginName = "text"
      // Strings.
      $0.tensor.dtype = 7
      $0.tensor.tensorShape = Tensorboard_TensorShapeProto()
      $0.tensor.stringVal = [Data(markdown.utf8)]
    }
  }
}
