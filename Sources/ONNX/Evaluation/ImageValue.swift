/// A value of the graph that depends on the images.
struct ImageValue {
  /// How it lies upon the output of the chain's last layer.
  var view: View
  /// The sum over a part of the planes that it is, as long as it is no mean over whole ones.
  var sum: PartialSum?
  /// The node that arranged it, if it does not come from a layer.
  var origin: Origin?
  /// How many values that depend on the images came before it.
  var stage = 0

  /// A node that arranges elements.
  struct Origin {
    /// The node's name.
    let name: String
    /// The operator and the node's name, for messages.
    let label: String
  }

  /// A sum over spatial axes, multiplied by a number.
  struct PartialSum {
    /// What has been summed over.
    var factors: [View.Factor]
    var scale: Double
    /// The first node of it.
    let label: String
  }
}

/// A value of the graph.
enum Value {
  case constant(Constant)
  case images(ImageValue)
  /// An output that is not computed, with what it would be.
  case missing(String)
}
