// Many requests at once: swift run -c release Server network.safetensors image.png
//
// A network is used by one caller at a time. An actor in front of it serializes requests; several actors, each with its
// own network on one thread, answer requests in parallel.
import Foundation
import NetworkInNetwork

/// Answers requests one at a time.
actor Lane {
  private let classifier: Classifier

  init(network: String, threads: Int) throws {
    classifier = try Classifier(path: network, on: DNNL(threads: ThreadPool(count: threads)))
  }

  func answer(_ image: DecodedImage) throws -> String { try classifier.classify(image).best.name }
}

/// Sends requests to lanes in turn, all at once, and prints the answers per second.
func measure(_ lanes: [Lane], _ image: DecodedImage, requests: Int, name: String) async throws {
  for lane in lanes { _ = try await lane.answer(image) }
  let clock = ContinuousClock()
  let duration = try await clock.measure {
    try await withThrowingTaskGroup(of: String.self) { group in
      for request in 0..<requests {
        group.addTask { try await lanes[request % lanes.count].answer(image) }
      }
      for try await _ in group {}
    }
  }
  print("\(name): \(Int(Double(requests) / (duration / .seconds(1)))) answers per second")
}

do {
  let arguments = CommandLine.arguments.dropFirst()
  guard arguments.count == 2, let network = arguments.first, let path = arguments.last else {
    print("usage: Server network.safetensors image.png")
    exit(64)
  }
  let image = try ImageFile.decode(path: path, channels: Checkpoint(path: network).description.image[0])
  let threads = ThreadPool.automatic.count
  let one = try [Lane(network: network, threads: threads)]
  try await measure(one, image, requests: 200, name: "one network on \(threads) threads")
  let several = try (0..<threads).map { _ in try Lane(network: network, threads: 1) }
  try await measure(several, image, requests: 200, name: "\(threads) networks on one thread each")
} catch {
  print("error: \(error)")
  exit(1)
}
