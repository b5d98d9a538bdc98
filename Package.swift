// swift-tools-version: 6.2

import PackageDescription

// CI sets this, so that a warning fails the build there and nowhere else.
let warningsAreErrors = Context.environment["NIN_WARNINGS_AS_ERRORS"] != nil
let swift: [SwiftSetting] = warningsAreErrors ? [.treatAllWarnings(as: .error)] : []
// ThreadSanitizer does not see how GNU OpenMP's threads wait for each other: with this, loops run on plain ones.
let withPlainThreads = Context.environment["NIN_SANITIZE"] == "thread"
let c: [CSetting] =
  (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])
  + (withPlainThreads ? [.define("CK_PTHREADS")] : [])

let tabs = ["mxnet", "pytorch", "tensorflow", "jax"]

let withOpenBLAS = TargetDependencyCondition.when(traits: ["OpenBLAS"])
let withBLIS = TargetDependencyCondition.when(traits: ["BLIS"])
let withDNNL = TargetDependencyCondition.when(traits: ["DNNL"])

// Each module imports only modules that stand below it. In this list, from the ground up.
let package = Package(
  name: "network-in-network",
  // Linux is the only system that is tested. macOS is not supported yet; this is what a port would need.
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "NetworkInNetwork", targets: ["NetworkInNetwork"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Operations", targets: ["Operations"]),
    .library(name: "Backends", targets: ["Backends"]),
    .library(name: "ReferenceBackend", targets: ["ReferenceBackend"]),
    .library(name: "OpenBLASBackend", targets: ["OpenBLASBackend"]),
    .library(name: "BLISBackend", targets: ["BLISBackend"]),
    .library(name: "DNNLBackend", targets: ["DNNLBackend"]),
    .library(name: "BackendConformance", targets: ["BackendConformance"]),
    .library(name: "Layers", targets: ["Layers"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "ImageFiles", targets: ["ImageFiles"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "FeatureMaps", targets: ["FeatureMaps"]),
    .library(name: "RunReports", targets: ["RunReports"]),
    .library(name: "TensorBoard", targets: ["TensorBoard"]),
    .library(name: "Verification", targets: ["Verification"]),
    .library(name: "NinCommand", targets: ["NinCommand"]),
    // Linked for its effect; there is nothing to import. It is not a part of NetworkInNetwork because it would change how
    // all OpenMP threads of a process wait, and because a shared library cannot contain it: GNU ld rejects that, and
    // with other linkers it has no effect.
    .library(name: "short-waits", targets: ["CShortWaits"]),
    .executable(name: "nin", targets: ["nin"]),
    .executable(name: "nin-bench", targets: ["nin-bench"]),
    .executable(name: "nin-conformance", targets: ["nin-conformance"]),
  ],
  traits: [
    .trait(
      name: "OpenBLAS", description: "The openblas backend; needs cblas.h, loads libopenblas when it is used."
    ),
    .trait(name: "BLIS", description: "The blis backend; needs cblas.h, loads libblis when it is used."),
    .trait(name: "DNNL", description: "The dnnl backend; needs oneDNN (libdnnl)."),
    .default(enabledTraits: ["OpenBLAS", "BLIS", "DNNL"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    // Without its default traits it needs FoundationEssentials only, which starts faster than all of Foundation.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    // MARK: System libraries
    .systemLibrary(name: "CCBLAS", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(name: "CDNNL", providers: [.apt(["libdnnl-dev"]), .brew(["onednn"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),

    // MARK: What is computed
    .target(name: "Tensors", swiftSettings: swift),
    .target(name: "Operations", dependencies: ["Tensors"], swiftSettings: swift),

    // MARK: How it is computed
    .target(
      name: "CKernels", cSettings: c,
      linkerSettings: [.linkedLibrary(":libgomp.so.1", .when(platforms: [.linux]))]),
    .target(
      name: "Backends",
      dependencies: [
        "Tensors", "Operations", "CKernels",
        .target(name: "CCBLAS", condition: .when(traits: ["OpenBLAS", "BLIS"])),
      ],
      swiftSettings: swift),
    .target(
      name: "ReferenceBackend", dependencies: ["Tensors", "Operations", "Backends"],
      swiftSettings: swift),
    .target(
      name: "OpenBLASBackend",
      dependencies: ["Operations", "Backends", .target(name: "CCBLAS", condition: withOpenBLAS)],
      swiftSettings: swift),
    .target(name: "BLISBackend", dependencies: ["Operations", "Backends"], swiftSettings: swift),
    .target(
      name: "DNNLBackend",
      dependencies: [
        "Tensors", "Operations", "Backends", "CKernels",
        .target(name: "CDNNL", condition: withDNNL),
      ],
      swiftSettings: swift),
    .target(
      name: "BackendConformance", dependencies: ["Tensors", "Operations", "Backends", "ReferenceBackend"],
      swiftSettings: swift),

    // MARK: Networks
    .target(name: "Layers", dependencies: ["Tensors", "Operations"], swiftSettings: swift),
    .target(
      name: "Networks", dependencies: ["Tensors", "Operations", "Backends", "Layers"],
      swiftSettings: swift),

    .target(
      name: "ONNX",
      dependencies: [
        "Tensors", "Operations", "Layers", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema/onnx.proto"], swiftSettings: swift),

    // MARK: What it costs
    .target(name: "CProbes", cSettings: c),
    .target(
      name: "MachineLimits", dependencies: ["Tensors", "Backends", "CProbes"], swiftSettings: swift),
    .target(
      name: "Costs", dependencies: ["Operations", "Backends", "Networks", "MachineLimits"],
      swiftSettings: swift),

    // MARK: Data and training
    .target(name: "ChildProcesses", swiftSettings: swift),
    .target(name: "CPNGRows", dependencies: ["CPNG"], cSettings: c),
    .target(name: "ImageFiles", dependencies: ["CPNG", "CPNGRows", "CTurboJPEG"], swiftSettings: swift),
    .target(
      name: "Datasets", dependencies: ["Tensors", "ChildProcesses", "CZlib", "ImageFiles"],
      swiftSettings: swift),
    .target(
      name: "Training",
      dependencies: ["Tensors", "Operations", "Backends", "Layers", "Networks", "Datasets"],
      swiftSettings: swift),

    // MARK: What is shown
    .target(
      name: "Reporting", dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: swift),
    .target(name: "Drawing", dependencies: ["Tensors", "Reporting"], swiftSettings: swift),
    .target(
      name: "FeatureMaps",
      dependencies: ["Tensors", "Operations", "Layers", "Networks", "ImageFiles", "Reporting", "Drawing"],
      swiftSettings: swift),
    .target(
      name: "RunReports",
      dependencies: [
        "Tensors", "Operations", "Backends", "Layers", "Networks", "ImageFiles", "Datasets", "Training",
        "Costs", "Reporting", "Drawing", "FeatureMaps",
      ],
      swiftSettings: swift),
    .target(
      name: "Exercises",
      dependencies: [
        "Tensors", "Operations", "Backends", "Layers", "Networks", "MachineLimits", "Costs", "Datasets",
        "Training", "Reporting", "Drawing", "RunReports",
      ],
      swiftSettings: swift),
    .target(
      name: "TensorBoard",
      dependencies: [
        "Tensors", "Networks", "Training", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Schema/event.proto"], swiftSettings: swift),

    // MARK: Cross-checking
    .target(
      name: "Verification",
      dependencies: ["Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks"],
      swiftSettings: swift),

    // MARK: All of it, and the commands
    .target(
      name: "NetworkInNetwork",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "ONNX",
        "Datasets", "ImageFiles", "Training", "Verification",
        .target(name: "OpenBLASBackend", condition: withOpenBLAS),
        .target(name: "BLISBackend", condition: withBLIS),
        .target(name: "DNNLBackend", condition: withDNNL),
      ],
      swiftSettings: swift),
    .target(
      name: "ModelOptions",
      dependencies: [
        "Operations", "Layers", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),
    .target(
      name: "NinCommand",
      dependencies: [
        "NetworkInNetwork", "Costs", "MachineLimits", "Reporting", "Drawing", "FeatureMaps", "RunReports",
        "Exercises",
        "TensorBoard", "ModelOptions",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swift),
    // Only for programs: a shared library has no .preinit_array.
    .target(name: "CShortWaits", cSettings: c),
    .executableTarget(name: "nin", dependencies: ["NinCommand", "CShortWaits"], swiftSettings: swift),
    .target(name: "CAllocations", path: "Benchmarks/CAllocations", cSettings: c),
    .target(
      name: "AllocationCounting", dependencies: ["CAllocations"], path: "Benchmarks/AllocationCounting",
      swiftSettings: swift),
    .executableTarget(
      name: "nin-bench",
      dependencies: [
        "NetworkInNetwork", "Reporting", "Drawing", "ModelOptions", "ChildProcesses", "CProbes",
        "MachineLimits", "Costs",
        "AllocationCounting", "CShortWaits",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      path: "Benchmarks/nin-bench", swiftSettings: swift),
    .executableTarget(
      name: "nin-conformance",
      dependencies: [
        "NetworkInNetwork", "Reporting", "BackendConformance", "CShortWaits",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    // MARK: Tests
    .target(
      name: "TestSupport",
      dependencies: [
        "Backends", "ReferenceBackend",
        .target(name: "OpenBLASBackend", condition: withOpenBLAS),
        .target(name: "BLISBackend", condition: withBLIS),
        .target(name: "DNNLBackend", condition: withDNNL),
      ],
      path: "Tests/TestSupport", swiftSettings: swift),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "BackendTests",
      dependencies: [
        "CKernels", "Tensors", "Operations", "Backends", "ReferenceBackend", "BackendConformance",
        "TestSupport",
        .target(name: "OpenBLASBackend", condition: withOpenBLAS),
        .target(name: "BLISBackend", condition: withBLIS),
        .target(name: "DNNLBackend", condition: withDNNL),
      ],
      swiftSettings: swift),
    .testTarget(
      name: "LayersTests", dependencies: ["Tensors", "Operations", "Layers"], swiftSettings: swift),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "Datasets",
        "TestSupport",
      ],
      exclude: ["make_goldens.py", "make_batch_norm_goldens.py", "make_network_goldens.py"],
      resources: [.copy("Goldens")],
      swiftSettings: swift),
    .testTarget(
      name: "ONNXTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "ONNX",
        "TestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["make_onnx_fixtures.py"],
      resources: [.copy("Fixtures"), .copy("make_exports.py")], swiftSettings: swift),
    .testTarget(
      name: "DatasetsTests",
      dependencies: [
        "Datasets", "ImageFiles", "ChildProcesses", "Tensors", "CZlib", "CTurboJPEG", "TestSupport",
      ],
      exclude: ["make_resize_goldens.py"], resources: [.copy("Fixtures")], swiftSettings: swift),
    .testTarget(
      name: "ImageFilesTests", dependencies: ["ImageFiles"], exclude: ["make_image_fixtures.py"],
      resources: [.copy("Fixtures")], swiftSettings: swift),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "Datasets",
        "Training",
        "TestSupport",
      ],
      exclude: ["Tabs/make_tab_goldens.py"] + tabs.map { "Tabs/tab_\($0).py" },
      resources: [.copy("Fixtures")],
      swiftSettings: swift),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"], swiftSettings: swift),
    .testTarget(name: "DrawingTests", dependencies: ["Drawing", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "FeatureMapsTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "ImageFiles",
        "Drawing",
        "FeatureMaps", "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "RunReportsTests",
      dependencies: [
        "Tensors", "Backends", "ReferenceBackend", "Layers", "Networks", "Datasets", "ImageFiles", "Training",
        "FeatureMaps", "RunReports", "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "ExercisesTests",
      dependencies: [
        "Tensors", "Backends", "Layers", "Networks", "MachineLimits", "Datasets", "Training", "Exercises",
        "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "TensorBoardTests",
      dependencies: [
        "Tensors", "Backends", "ReferenceBackend", "Layers", "Networks", "Datasets", "Training",
        "TensorBoard",
        "TestSupport",
      ],
      exclude: ["read_events.py"], swiftSettings: swift),
    .testTarget(
      name: "AllocationTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks", "Datasets",
        "Training", "AllocationCounting",
        "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Tensors", "Operations", "Backends", "ReferenceBackend", "Layers", "Networks",
        "Verification",
        "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "NetworkInNetworkTests",
      dependencies: [
        "NetworkInNetwork", "ONNX", "TestSupport", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: swift),
    .testTarget(
      name: "CommandTests", dependencies: ["nin", "NinCommand", "NetworkInNetwork", "TestSupport"],
      exclude: ["Help", "convert_keras.py", "convert_flax.py"],
      swiftSettings: swift),
    .testTarget(
      name: "BenchmarkTests",
      dependencies: [
        "nin-bench", "NetworkInNetwork", "MachineLimits", "Costs", "ChildProcesses", "TestSupport",
      ],
      swiftSettings: swift),
    .testTarget(name: "PeersTests", dependencies: ["nin-bench"], swiftSettings: swift),
  ],
  swiftLanguageModes: [.v6]
)
