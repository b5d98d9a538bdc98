// Trains on arrays of bytes: horizontal and vertical stripes.
import NetworkInNetwork

let side = 16
let labels = (0..<256).map { Int32($0 % 2) }
let pixels = labels.enumerated().flatMap { number, label in
  (0..<side * side).map { pixel -> UInt8 in
    let position = label == 0 ? pixel / side : pixel % side
    return (position + number / 2) % 4 < 2 ? 200 : 50
  }
}
let images = try LabeledImages(
  pixels: pixels, shape: [labels.count, 1, side, side], labels: labels,
  classNames: ["horizontal", "vertical"])
let model = Sequential(Conv2D(8, kernel: 3), ReLU(), Conv2D(2, kernel: 1), GlobalAvgPool2D(), Flatten())
let recipe = Recipe(
  imageSize: side, batchSize: 32, epochs: 5, optimizer: .adamW(),
  learningRate: LearningRateSchedule(peak: 0.01))
let network = try fit(model, on: images, recipe: recipe, backend: DNNL())
print("accuracy:", try evaluate(network, on: images).accuracy)
