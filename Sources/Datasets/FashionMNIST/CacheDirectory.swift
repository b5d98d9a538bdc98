/// The user's cache directory, as the XDG Base Directory Specification defines it.
enum CacheDirectory {
  /// This package's folder in the user's cache, or nothing where the environment names no home.
  ///
  /// - Parameter environment: The environment's variables; an `XDG_CACHE_HOME` that is not absolute is ignored,
  ///   as the specification wants it.
  /// - Returns: The folder, which need not be there.
  static func path(environment: [String: String]) -> String? {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/nin" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.cache/nin"
  }
}
