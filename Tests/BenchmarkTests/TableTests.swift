import Testing

@testable import nin_bench

@Suite("Tables of results")
struct TableTests {
  @Test("a network's row has rates by the median, and the share of the peak")
  func network() {
    let report = Samples.report([
      Samples.measurement(milliseconds: [10, 10, 10]),
      Samples.measurement(milliseconds: [20, 20, 20], threads: 1),
    ])
    let text = "\(NetworkTable(report: report))"
    // 128 images and 10⁹ operations in 10 ms, under a peak of 2·10¹¹.
    #expect(text.contains("12800.0"))
    // 0.9·10⁹ of them are not on padding, and the share of the peak is of these.
    #expect(text.contains("100.0      90.0    45.0"))
    #expect(text.contains("not counted"))
    #expect(text.contains("2.00 (2.00–2.00) times as fast as with 1"))
  }

  @Test("a disturbed row is marked, with the reason in one line below")
  func disturbed() {
    let quiet = Disturbance(stolen: 0, others: 0.01, spread: 0.05)
    let loud = Disturbance(stolen: 0, others: 0.4, spread: 0.05)
    let text =
      "\(NetworkTable(report: Samples.report([Samples.measurement(milliseconds: [10], disturbance: loud)])))"
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.hasSuffix("!") } == 1)
    let reason = lines.firstIndex { $0.hasPrefix("!") }.map { lines[$0 + 1] }
    #expect(reason == "  other processes took 40 % of the CPU time")
    let report = Samples.report([Samples.measurement(milliseconds: [10], disturbance: quiet)])
    #expect(!"\(NetworkTable(report: report))".contains("!"))
  }

  @Test("tables fit 120 columns, whatever the numbers and the names")
  func width() {
    var measurement = Samples.measurement(
      milliseconds: [12_345, 23_456], disturbance: Disturbance(stolen: 0, others: 1, spread: 1))
    measurement.configuration.task = .prediction
    measurement.configuration.backend = "reference"
    measurement.configuration.precision = .float32
    measurement.configuration.batchSize = 65536
    measurement.configuration.imageSize = 8192
    measurement.operations = 40_000_000_000_000
    var profile = Samples.profile
    profile.rows[0].layer = "features.denseblock1.denselayer1.conv1"
    profile.rows[0].implementation = "brgconv_1x1:avx512_core_bf16_amx"
    profile.rows[0].layout = "a long description of a blocked layout"
    profile.rewrites = [
      RewriteRow(
        name: "fuse ReLU into convolution", layers: (1...3).map { "features.denseblock1.denselayer1.\($0)" })
    ]
    profile.reorders[0].layer = "features.denseblock1.denselayer1.conv1"
    let tables = [
      "\(NetworkTable(report: Samples.report([measurement])))",
      "\(ProfileTable(profile, of: measurement, ceilings: nil))",
    ]
    for line in tables.flatMap({ $0.split(separator: "\n") }) { #expect(line.count <= 120, "\(line)") }
  }

  @Test(
    "next to another process, rates are of all steps together, and per CPU second"
  )
  func neighbor() {
    var alone = Samples.measurement(milliseconds: [10, 10])
    alone.cpuSeconds = 0.04
    var beside = Samples.measurement(
      milliseconds: [10, 30], disturbance: Disturbance(stolen: 0, others: 0, spread: 2))
    beside.cpuSeconds = 0.05
    beside.neighbor = .init(demand: .half, share: 0.9)
    var report = Samples.report([alone])
    report.beside = [beside]
    let table = BesideTable(report)
    let row = table.rows[0]
    #expect(abs(row.alone / 12_800 - 1) < 1e-9 && abs(row.beside / 6400 - 1) < 1e-9)
    #expect(row.reasons.isEmpty, "a wide spread is expected")
    #expect("\(table)".contains("12800.0  6400.0    50.0     5120.0     0.800      90 %"), "\(table)")
    for line in "\(table)".split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    report.beside?[0].disturbance?.others = 0.5
    #expect("\(BesideTable(report))".contains("next to it, other processes took 50 % of the CPU time"))
  }

  @Test("the informative part of a long name is shown")
  func names() {
    #expect(Names.layer("net.0.0", to: 14) == "net.0.0")
    #expect(Names.layer("features.denseblock1.denselayer1.conv1", to: 14) == "…elayer1.conv1")
    func short(_ name: String) -> String { Names.implementation(name, to: 19) }
    #expect(short("jit:avx512_core") == "jit:avx512_core")
    #expect(short("jit:avx512_core + 2 reorders") == "jit:avx512_core +2")
    #expect(short("jit_1x1:avx512_core") == "jit_1x1:avx512_core")
    #expect(short("jit_1x1:avx512_core + 1 reorder") == "jit_1x1:avx512 +1")
    #expect(short("brgconv_1x1:avx512_core_bf16_amx + 2 reorders") == "brgconv_1x1 +2")
    #expect(short("max pooling, 16 lanes") == "max pooling")
    #expect(short("im2col+sgemm 192×2048") == "im2col+sgemm")
    #expect(short("batch normalization, 16 lanes") == "batch normalization")
    #expect(Names.layout("128×96×54×54 float32 nChw16c", to: 8) == "nChw16c")
    #expect(Names.layout("128×96×54×54 bf16 blocked by 16·16", to: 8) == "by 16·16")
    #expect(Names.layout("plain", to: 9) == "plain")
  }

  @Test("a profile's rows and the unaccounted rest add up to the step")
  func profile() {
    let measurement = Samples.measurement(milliseconds: [8], profile: Samples.profile)
    let table = ProfileTable(Samples.profile, of: measurement, ceilings: nil)
    let lines = "\(table)".split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.contains { $0.starts(with: ["unaccounted", "for", "1.000", "12.50"]) })
    #expect(lines.contains { $0.starts(with: ["the", "step", "8.000", "100.00"]) })
    #expect(
      lines.contains { $0.starts(with: ["net.0.0", "weight", "input", "gradient", "after", "an", "update"]) })
    #expect(lines.contains { $0.starts(with: ["net.0.0", "+", "net.0.1", "fuse", "ReLU"]) })
  }
}
