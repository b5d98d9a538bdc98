/// The version of this package, by [semantic versioning](https://semver.org).
public enum PackageVersion {
  /// The version that `nin --version` prints.
  public static let current = "0.5.0"
}
