// swift-tools-version: 6.2

import PackageDescription

// Built with `swift build -c release --sanitize fuzzer --sanitize address`, which brings libFuzzer's main function; without
// it the program does not link. `make fuzz` builds and runs it; see Docs/Hardening.md.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [
    // The name is explicit, since the folder of a clone may have any name.
    .package(name: "network-in-network", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "fuzz",
      dependencies: ["Tensors", "Layers", "ONNX", "Datasets", "ImageFiles", "Training"].map {
        .product(name: $0, package: "network-in-network")
      })
  ]
)
