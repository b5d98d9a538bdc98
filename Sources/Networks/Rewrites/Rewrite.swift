import Backends
import Layers

/// A way to run two adjacent layers differently, with the same outputs and gradients.
///
/// Each is in a separate file of this folder. `NetworkOptions.rewrites` lists those that a network makes, in order; if
/// activations are kept, there are none.
protocol Rewrite: Sendable {
  /// The name, for display: `fuse ReLU into convolution`.
  var name: String { get }

  /// Whether it preserves only outputs and not gradients, so that only networks for prediction can use it.
  var isForPredictionOnly: Bool { get }

  /// The layers that replace two adjacent ones; nil if the rewrite does not apply to them.
  func replacement(of first: ResolvedLayer, _ second: ResolvedLayer) -> [ResolvedLayer]?
}

extension Rewrite {
  var isForPredictionOnly: Bool { false }
}

/// A rewrite that was applied to a network's layers.
public struct AppliedRewrite: Sendable, Hashable, CustomStringConvertible {
  /// The name of the rewrite: `fuse ReLU into convolution`.
  public let name: String
  /// The names of the rewritten layers, in order.
  public let layers: [String]

  /// The name and the layers.
  public var description: String { "\(name): \(layers.joined(separator: " + "))" }
}

/// A list of layers after its rewrites.
struct RewrittenLayers {
  private(set) var layers: [ResolvedLayer]
  /// The rewrites that were made, in order.
  private(set) var applied: [AppliedRewrite] = []

  /// Applies each rewrite in turn wherever it fits and is allowed, from the first layer to the last.
  init(
    _ layers: [ResolvedLayer], by rewrites: [any Rewrite], allowing isAllowed: (RewriteProposal) -> Bool
  ) {
    self.layers = layers
    for rewrite in rewrites { apply(rewrite, isAllowed) }
  }

  private mutating func apply(_ rewrite: any Rewrite, _ isAllowed: (RewriteProposal) -> Bool) {
    var done: [ResolvedLayer] = []
    for layer in layers {
      guard let last = done.last, let replacement = rewrite.replacement(of: last, layer),
        isAllowed(
          RewriteProposal(
            name: rewrite.name, before: [last.operation, layer.operation], after: replacement.map(\.operation)
          ))
      else {
        done.append(layer)
        continue
      }
      done.removeLast()
      done += replacement
      applied.append(AppliedRewrite(name: rewrite.name, layers: (last.layers + layer.layers).map(\.name)))
    }
    layers = done
  }

  /// The layer of the model whose output is complete once a layer of the list has run, for each of them; nil if layers
  /// were swapped and an earlier one has not run yet.
  var outputNames: [String?] {
    var count = 0
    var last: ResolvedLayer?
    return layers.map { layer in
      count += layer.layers.count
      last = ([last].compactMap(\.self) + layer.layers).max { $0.index < $1.index }
      return last?.index == count - 1 ? last?.name : nil
    }
  }
}
