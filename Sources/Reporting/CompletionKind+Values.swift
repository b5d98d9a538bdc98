import ArgumentParser

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension CompletionKind {
  /// Completes words that are determined when the shell requests them.
  ///
  /// - Parameter words: Returns the words.
  /// - Returns: The kind.
  package static func words(_ words: @escaping @Sendable () -> [String]) -> CompletionKind {
    .custom { _, _, _ in words() }
  }

  /// Completes words with commas between them, each word once.
  ///
  /// - Parameter words: Returns the words.
  /// - Returns: The kind.
  package static func commaSeparatedWords(_ words: @escaping @Sendable () -> [String]) -> CompletionKind {
    .custom { _, _, typed in
      let chosen = typed.split(separator: ",", omittingEmptySubsequences: false).dropLast()
      let earlier = chosen.map { "\($0)," }.joined()
      return words().filter { !chosen.contains(Substring($0)) }.map { earlier + $0 }
    }
  }

  /// Completes words and the paths of files and folders.
  ///
  /// - Parameters:
  ///   - words: Returns the words.
  ///   - extensions: The extensions of the files, without the period; without any, only folders are completed.
  /// - Returns: The kind.
  package static func words(
    _ words: @escaping @Sendable () -> [String], orFiles extensions: [String]
  ) -> CompletionKind {
    .custom { _, _, typed in words() + paths(beginningWith: typed, extensions: extensions) }
  }

  /// The paths of folders, each with a slash at its end, and of files, in the order of their names.
  private static func paths(beginningWith typed: String, extensions: [String]) -> [String] {
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let start = String(typed.dropFirst(folder.count))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.sorted().compactMap { name -> String? in
      guard name.hasPrefix(start), start.hasPrefix(".") || !name.hasPrefix(".") else { return nil }
      let path = folder + name
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
      if isFolder { return path + "/" }
      return extensions.contains { name.hasSuffix(".\($0)") } ? path : nil
    }
  }
}
