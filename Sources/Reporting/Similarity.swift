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

/// The number of letters to insert, delete or replace that turn one text into another: Levenshtein's distance.
func editDistance(_ first: String, _ second: String) -> Int {
  let letters = Array(second)
  // The distances of the letters so far of the first text from all beginnings of the second.
  var distances = Array(0...letters.count)
  for (row, letter) in first.enumerated() {
    var diagonal = distances[0]
    distances[0] = row + 1
    for column in letters.indices {
      let replaced = diagonal + (letter == letters[column] ? 0 : 1)
      diagonal = distances[column + 1]
      distances[column + 1] = min(replaced, diagonal + 1, distances[column] + 1)
    }
  }
  return distances[letters.count]
}
