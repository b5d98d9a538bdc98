/// The name that was probably meant by a mistyped one; nil if none is similar.
///
/// A name is similar if at most a third of its letters (or one) are mistyped, or if it is cut short.
///
/// - Parameters:
///   - mistyped: The mistyped name.
///   - names: The possible names, of which the first of the most similar ones is chosen.
/// - Returns: The name.
package func mostSimilar(to mistyped: String, among names: [String]) -> String? {
  let distances = names.map { (name: $0, distance: editDistance(mistyped, $0)) }
  let nearest = distances.min { $0.distance < $1.distance }
  if let nearest, nearest.distance <= max(mistyped.count / 3, 1) { return nearest.name }
  return names.first { $0.hasPrefix(mistyped) }
}

/// The number of letters to insert, delete or replace, and of neighbors to swap, that turn one text into another: the
/// optimal string alignment distance.
func editDistance(_ first: String, _ second: String) -> Int {
  let (first, second) = (Array(first), Array(second))
  // rows[i][j] is the distance between the first i letters of one and the first j of the other.
  var rows = [Array(0...second.count)]
  for (i, letter) in first.enumerated() {
    var row = [i + 1]
    for (j, other) in second.enumerated() {
      var distance = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, letter == second[j - 1], other == first[i - 1] {
        distance = min(distance, rows[i - 1][j - 1] + 1)
      }
      row.append(distance)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}
