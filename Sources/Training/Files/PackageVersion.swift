/// The version of this package, by [semantic versioning](https://semver.org).
package enum PackageVersion {
  /// The version that `nin --version` prints.
  package static let current = "0.5.0"
}
