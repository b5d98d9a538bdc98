// Classifies an image file: swift run Predict network.safetensors image.png
import Foundation
import NetworkInNetwork

do {
  let arguments = CommandLine.arguments.dropFirst()
  guard arguments.count == 2, let network = arguments.first, let image = arguments.last else {
    print("usage: Predict network.safetensors image.png")
    exit(64)
  }
  let classifier = try Classifier(path: network, on: DNNL())
  for candidate in try classifier.classify(file: image).top(3) {
    print(candidate.name, candidate.probability)
  }
} catch {
  print("error: \(error)")
  exit(1)
}
