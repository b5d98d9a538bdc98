import ArgumentParser
import NetworkInNetwork

/// Where Fashion-MNIST is.
struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The folder with Fashion-MNIST's four IDX files, gzipped or not. (default: found by itself)",
      valueName: "folder"))
  var folder: String?

  /// The data set.
  var dataset: FashionMNIST { FashionMNIST(directory: folder) }
}
