// Many requests at once: swift run -c release Server network.safetensors image.png
//
// A network is used by one caller at a time. An actor in front of it serializes requests; several actors, each with its
// own network on one thread, answer requests in parallel.
import Foundation
import NetworkInNetwork

/// Runs the work of an actor on a thread outside of Swift's pool.
///
/// The pool has a thread for each core. If lanes computed on all of them, time-outs and other tasks would wait.
final class LaneExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "lane")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

/// Answers requests one at a time.
actor Lane {
  private let classifier: Classifier
  private let executor = LaneExecutor()
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(network: String, threads: Int) throws {
    classifier = try Classifier(path: network, on: DNNL(threads: ThreadPool(count: threads)))
  }

  func answer(_ image: DecodedImage) throws -> String {
    // The client may have given up while the request was waiting.
    try Task.checkCancellation()
    return try classifier.classify(image).best.name
  }
}

/// Sends requests to lanes in turn, all at once, and prints the answers per second and the delay of a time-out.
func measure(_ lanes: [Lane], _ image: DecodedImage, requests: Int, name: String) async throws {
  for lane in lanes { _ = try await lane.answer(image) }
  let clock = ContinuousClock()
  let timeout = Task { try await clock.measure { try await Task.sleep(for: .milliseconds(10)) } }
  let duration = try await clock.measure {
    try await withThrowingTaskGroup(of: String.self) { group in
      for request in 0..<requests {
        group.addTask { try await lanes[request % lanes.count].answer(image) }
      }
      for try await _ in group {}
    }
  }
  let milliseconds = Int(try await timeout.value / .milliseconds(1))
  print(
    "\(name): \(Int(Double(requests) / (duration / .seconds(1)))) answers per second; "
      + "a time-out of 10 ms took \(milliseconds) ms")
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
