import ArgumentParser
import NetworkInNetwork

/// The data set, and the reading of a folder of images.
struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      """
      The folder with the data: the files of Fashion-MNIST, MNIST or KMNIST (IDX, gzipped or not), of EMNIST \
      (DIR/emnist-letters for one of several), of CIFAR-10 or CIFAR-100 (binary), or PNG and JPEG files as \
      train/CLASS/… and test/CLASS/…, or only CLASS/…. (default: Fashion-MNIST from the cache or Debian's package)
      """,
      valueName: "folder"),
    completion: .dataset)
  var folder: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "1 to read image files as gray, 3 as RGB. (default: the network's channels, or 3 if any file stores colors)",
      valueName: "1|3"))
  var channels: Int?

  @Option(
    name: .customLong("test-split"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      The share of each class to hold out for testing if a folder of image files has no test images; 1, unless the \
      command trains, to test on all of them. (default: 0.2, or as in the network's training, or 1 if nothing was held \
      out in it)
      """,
      valueName: "share"))
  var testFraction: Double?

  func validate() throws {
    if let channels, channels != 1, channels != 3 {
      throw ValidationError("--channels is \(channels); it must be 1 or 3")
    }
    if let testFraction, !(testFraction > 0 && testFraction <= 1) {
      throw ValidationError("--test-split is \(testFraction); it must be more than 0 and at most 1")
    }
    try requireImageFolder(folder != nil)
  }

  private func requireImageFolder(_ isOne: Bool) throws {
    let given = [("--channels", channels != nil), ("--test-split", testFraction != nil)].filter(\.1).map(\.0)
    guard isOne || given.isEmpty else {
      throw ValidationError(
        "\(given.joined(separator: " and ")) \(given.count == 1 ? "requires" : "require") --data with a folder of image files"
      )
    }
  }

  /// The options, completed by a recipe's values.
  func completed(by computation: Recipe.Computation) -> DataOptions {
    var options = self
    options.folder = folder ?? computation.data
    options.channels = channels ?? computation.channels
    options.testFraction = testFraction ?? computation.testSplit
    return options
  }

  /// Opens the data set; unreadable image files are listed on standard error.
  ///
  /// If a folder of images is not divided into training and test images, a network is tested on the share that was
  /// held out in its training, or on all of them if none was.
  ///
  /// - Parameters:
  ///   - network: A trained network, for values that the options omit.
  ///   - trains: Whether training images are needed too; by default without a network.
  /// - Returns: The data set.
  /// - Throws: `DatasetError` if it cannot be read, `ValidationError` if it does not fit the options.
  func open(for network: CheckpointDescription? = nil, trains: Bool? = nil) throws -> any Dataset {
    guard let folder else {
      try requireImageFolder(false)
      return FashionMNIST()
    }
    let defaultFraction = network?.heldOutFraction ?? (trains ?? (network == nil) ? 0.2 : 1)
    let trained = network.flatMap { [1, 3].contains($0.image[0]) ? $0.image[0] : nil }
    let dataset = try DatasetFolder.open(
      folder,
      options: ImageFolder.Options(
        channels: channels ?? trained, testFraction: testFraction ?? defaultFraction,
        classNames: network?.classNames ?? [],
        report: { Log.warning($0) }))
    try requireImageFolder(dataset is ImageFolder)
    return dataset
  }

  /// The options for repeating the command.
  var words: [(name: String, value: String)] {
    [
      ("--data", folder), ("--channels", channels.map(String.init)),
      ("--test-split", testFraction.map { "\($0)" }),
    ].compactMap { name, value in value.map { (name, $0) } }
  }
}
