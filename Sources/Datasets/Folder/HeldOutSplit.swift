/// Divides the files of each class into those to train on and those to test on.
///
/// Which files of a class are held out depends on their names' order, their number and the share alone: the files of a
/// class, ordered by name, are shuffled with seed 0, and the first ones are held out. Of two shares the smaller one's
/// files are among the larger one's. A class of at least two files has at least one in each part.
enum HeldOutSplit {
  /// Divides classes.
  ///
  /// - Parameters:
  ///   - folders: The classes with their files.
  ///   - fraction: The share that is held out, more than 0 and less than 1.
  /// - Returns: The two parts; what is left out is remarked once.
  static func divide(
    _ folders: ClassFolders, fraction: Double
  ) -> (training: ClassFolders, test: ClassFolders) {
    let held = folders.classes.map { heldOut(of: $0.files.count, fraction: fraction) }
    let part = { (isTest: Bool) in
      folders.withFiles { index, position in held[index].contains(position) == isTest }
    }
    return (part(false), part(true).withoutRemarks())
  }

  private static func heldOut(of count: Int, fraction: Double) -> Set<Int> {
    guard count > 1 else { return [] }
    let share = min(max(Int((Double(count) * fraction).rounded()), 1), count - 1)
    return Set(Shuffle.order(count: count, seed: 0, epoch: 0).prefix(share))
  }
}
