import NetworkInNetwork
import Reporting

/// The output before the first training step.
struct TrainingHeading: CustomStringConvertible {
  private let network: Network
  private let state: TrainingState
  private let stepsPerEpoch: Int

  init(_ network: Network, _ state: TrainingState, stepsPerEpoch: Int) {
    self.network = network
    self.state = state
    self.stepsPerEpoch = stepsPerEpoch
  }

  var description: String {
    let recipe = state.recipe
    let memory = network.memory
    let text = """
      training \(state.model == nil ? "\(recipe.model)" : "a custom network") on \(network.backend.name) (\(network.backend.information.library), \
      \(network.backend.information.instructionSet), \(counted(network.backend.threads.count, "thread")))
      images \(network.image), batches of \(recipe.batchSize) in parts of \(network.microBatch), \
      \(counted(recipe.epochs, "epoch")) of \(counted(stepsPerEpoch, "step")), learning rate \(recipe.learningRate.peak), \
      seed \(recipe.seed)
      memory held: \(memory.parts >> 20) MiB activations, \((memory.weights + memory.packed) >> 20) MiB weights, \
      \((memory.gradients + memory.optimizer + memory.averages) >> 20) MiB gradients and optimizer
      layers rewritten: \(rewrites)
      convolutions by winograd: \(listed(network.layers(by: .winograd)))
      """
    return recipe.tab.map { "\(text)\n\(Self.description($0))" } ?? text
  }

  /// The tab's choices.
  private static func description(_ tab: Tab) -> String {
    let initialization = tab.initialization
    return "as the book's \(tab.rawValue) tab: weights \(initialization.weights.rawValue), biases "
      + "\(initialization.biases.rawValue), resized like \(tab.resize.rawValue), "
      + "\(tab.shufflesBatches ? "whole batches" : "examples") shuffled"
  }

  /// Each rewrite with its count.
  private var rewrites: String {
    let names = network.rewrites.map(\.name)
    let counts = names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { first in
      "\(names[first]) (\(names.count { $0 == names[first] }))"
    }
    return counts.isEmpty ? "none" : counts.joined(separator: ", ")
  }
}
