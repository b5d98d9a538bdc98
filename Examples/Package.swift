// swift-tools-version: 6.2
import PackageDescription

let networkInNetwork = Target.Dependency.product(name: "NetworkInNetwork", package: "network-in-network")

let package = Package(
  name: "examples",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "network-in-network", path: "..")],
  targets: [
    .executableTarget(name: "Predict", dependencies: [networkInNetwork]),
    .executableTarget(name: "TrainOnArrays", dependencies: [networkInNetwork]),
    // short-waits: idle threads leave the cores to other programs; there is nothing to import.
    .executableTarget(
      name: "Server",
      dependencies: [networkInNetwork, .product(name: "short-waits", package: "network-in-network")]),
    .target(name: "MyBackend", dependencies: [networkInNetwork]),
    .testTarget(
      name: "MyBackendTests",
      dependencies: [
        "MyBackend", .product(name: "BackendConformance", package: "network-in-network"),
      ]),
  ])
