/// The labels that a number of classes allows, for the end of a message: `with 10 classes, labels are 0 to 9`.
///
/// - Parameter count: The number of classes.
/// - Returns: The text.
package func labelRange(classes count: Int) -> String {
  switch count {
  case 0: "there are no classes"
  case 1: "with 1 class, the only label is 0"
  default: "with \(counted(count, "class")), labels are 0 to \(count - 1)"
  }
}
