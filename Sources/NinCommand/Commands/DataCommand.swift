import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Download Fashion-MNIST.",
    discussion: """
      EXAMPLES:

        nin data fetch
      """, subcommands: [DataFetchCommand.self])
}

/// `nin data fetch`.
struct DataFetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Download Fashion-MNIST's four files to the user's cache.",
    discussion: """
      EXAMPLES:

        nin data fetch
        nin data fetch --to data/fashion-mnist

      An interrupted download is resumed; files are verified before they get their final names. Debian's package \
      dataset-fashion-mnist has the same data.
      """)

  @Option(help: ArgumentHelp("The base URL of the files.", valueName: "address"))
  var from = FashionMNIST.officialURL

  @Option(
    help: ArgumentHelp("The folder for the files. (default: the user's cache)", valueName: "folder"),
    completion: .directory)
  var to: String?

  @OptionGroup var progress: ProgressOptions

  func run() throws {
    let download = try DatasetDownload(baseURL: from, directory: to)
    let display = CommandProgress(isQuiet: progress.quiet)
    let outcomes = try download.run { progress in
      display.show(
        progress.file.name, progress.byteCount / 1000, of: progress.file.byteCount / 1000, unit: "kB")
    }
    display.clear()
    for (file, outcome) in zip(FashionMNIST.officialFiles, outcomes) {
      print(
        "\(file.name): \(outcome == .downloaded ? "downloaded and verified" : "already present, verified")")
    }
    print("Fashion-MNIST is in \(download.directory)")
  }
}
