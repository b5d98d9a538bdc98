/// A value of the graph that depends on the images.
struct ImageValue {
  /// Its arrangement in the output of the chain's last layer.
  var view: View
  /// The sum that the value is, until it becomes a mean over whole planes.
  var sum: PartialSum?
  /// The node that rearranged it, if it does not come from a layer.
  var origin: Origin?
  /// The version of the chain whose output it arranges.
  var version = 0

  /// A node that rearranges elements.
  struct Origin {
    /// The node's name.
    let name: String
    /// The operator and the node's name, for messages.
    let label: String
  }

  /// A sum over spatial axes, multiplied by a number.
  struct PartialSum {
    /// The axes that have been summed over.
    var factors: [View.Factor]
    var scale: Double
    /// The label of its first node.
    let label: String
  }
}

/// A value of the graph.
enum Value {
  case constant(Constant)
  case images(ImageValue)
  /// An output that is not computed, with a description of it.
  case missing(String)
}
