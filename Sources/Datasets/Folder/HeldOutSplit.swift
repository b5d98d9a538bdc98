/// Divides the files of each class into training and test files.
///
/// The division depends only on the names' order, the number of files and the share: the files of a class, ordered by
/// name, are shuffled with seed 0, and the first ones are held out. The files of a smaller share are a subset of those
/// of a larger one. A class of at least two files has at least one in each part.
enum HeldOutSplit {
  /// Divides classes.
  ///
  /// - Parameters:
  ///   - folders: The classes with their files.
  ///   - fraction: The share to hold out, more than 0 and less than 1.
  /// - Returns: The two parts; skipped files are remarked on once.
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
