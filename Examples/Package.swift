// swift-tools-version: 6.2
import PackageDescription

let networkInNetwork = Target.Dependency.product(name: "NetworkInNetwork", package: "network-in-network")
// There is nothing to import. Without it, predictions of single images on several threads can be more than ten times
// slower while another process is busy.
let shortWaits = Target.Dependency.product(name: "short-waits", package: "network-in-network")

let package = Package(
  name: "examples",
  dependencies: [.package(name: "network-in-network", path: "..")],
  targets: [
    .executableTarget(name: "Predict", dependencies: [networkInNetwork, shortWaits]),
    .executableTarget(name: "TrainOnArrays", dependencies: [networkInNetwork, shortWaits]),
    .executableTarget(name: "Server", dependencies: [networkInNetwork, shortWaits]),
    .target(name: "MyBackend", dependencies: [networkInNetwork]),
    .testTarget(
      name: "MyBackendTests",
      dependencies: [
        "MyBackend", .product(name: "BackendConformance", package: "network-in-network"),
      ]),
  ])
