import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// `nin filters`.
struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Draw the filters of a network's first convolution.",
    discussion: """
      EXAMPLES:

        nin filters --checkpoint mine.safetensors --output filters.svg
        nin filters --model mine.onnx --output filters.svg

      Each weight is a square. Filters with three input channels are drawn in color, with the weight 0 in gray; others in \
      blue for weights below 0 and red above. All share one scale, so weak filters look weak.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var picture: PictureOptions

  @Flag(help: "Give each filter its own scale, so that weak ones are visible too.")
  var ownScale = false

  func run() throws {
    let file = try picture.network.open(imageSize: nil, given: nil)
    let filters = try FirstFilters(file.layers(), parameter: file.parameter)
    try picture.write(filters.sheet(ownScale ? .own : .common))
    print(
      "wrote the \(counted(filters.count, "filter")) of \(filters.layer), \(filters.kernel), to \(picture.output)"
    )
  }
}
