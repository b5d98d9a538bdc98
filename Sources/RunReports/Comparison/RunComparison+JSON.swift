import Training

extension RunComparison: Encodable {
  private enum CodingKeys: String, CodingKey {
    case runs, missing
    case recipeDifferences = "recipe_differences"
  }

  /// One run; unknown values are omitted.
  private struct Run: Encodable {
    let name: String
    let path: String?
    let model: String?
    let loss: String?
    let updateRule: String?
    let transforms: [String]?
    let epochs: Int
    let plannedEpochs: Int?
    let bestEpoch: Int?
    let bestAccuracy: Double?
    let lastAccuracy: Double?
    let lastLoss: Double?
    let trainingLoss: Double?
    let imagesPerSecond: Double?
    let seconds: Double?
    let imagesSeen: Int?
    let accuracies: [Point]
    let losses: [Point]

    private enum CodingKeys: String, CodingKey {
      case name, path, model, loss, transforms, epochs, seconds, accuracies, losses
      case updateRule = "update_rule"
      case plannedEpochs = "planned_epochs"
      case bestEpoch = "best_epoch"
      case bestAccuracy = "best_accuracy"
      case lastAccuracy = "last_accuracy"
      case lastLoss = "last_loss"
      case trainingLoss = "training_loss"
      case imagesPerSecond = "images_per_second"
      case imagesSeen = "images_seen"
    }

    init(_ compared: ComparedRun) {
      let (run, metrics) = (compared.run, compared.run?.metrics)
      name = compared.name
      path = run?.path
      model = run?.recipe?.networkName
      let custom = run?.recipe?.custom
      loss = custom?.loss
      updateRule = custom?.updateRule
      transforms = custom.flatMap { $0.transforms.isEmpty ? nil : $0.transforms }
      epochs = compared.epochCount
      plannedEpochs = run?.recipe?.epochs
      bestEpoch = compared.bestEpoch
      bestAccuracy = compared.bestAccuracy
      lastAccuracy = compared.accuracies.last?.y
      lastLoss = compared.losses.last?.y
      trainingLoss = metrics?.last?.trainingLoss
      imagesPerSecond = metrics?.imagesPerSecond
      seconds = metrics?.seconds
      imagesSeen = metrics?.imagesSeen
      accuracies = compared.accuracies.map(Point.init)
      losses = compared.losses.map(Point.init)
    }
  }

  /// A value after an epoch.
  private struct Point: Encodable {
    let epoch: Double
    let value: Double

    init(_ point: (x: Double, y: Double)) {
      (epoch, value) = (point.x, point.y)
    }
  }

  /// A key of the recipes, with its value in each run that has a recipe, as in the recipe's file.
  private struct RecipeDifference: Encodable {
    let key: String
    let values: [String: String]
  }

  /// Encodes the runs with their curves, the differences between recipes, and what is missing in the runs' folders.
  public func encode(to encoder: any Encoder) throws {
    let (names, rows) = recipeDifferences
    let differences = rows.map { row in
      RecipeDifference(
        key: row[0], values: Dictionary(zip(names, row.dropFirst()), uniquingKeysWith: { first, _ in first }))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(compared.map(Run.init), forKey: .runs)
    try container.encode(differences, forKey: .recipeDifferences)
    try container.encode(missing, forKey: .missing)
  }
}
