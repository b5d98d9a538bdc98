import Tensors

/// The models that can be selected by name.
public enum ModelCatalog: String, CaseIterable, Codable, Sendable {
  case nin
  case lenet
  case alexnet
  case vgg11
  case vgg11Slim = "vgg11-slim"
  case vgg16
  case vgg19
  case ninCIFAR10 = "nin-cifar10"
  case ninImageNet = "nin-imagenet"
  case ninSmall = "nin-small"

  /// Builds the model.
  public func model(classes: Int) -> Sequential {
    switch self {
    case .nin: NiN(classes: classes)
    case .lenet: LeNet(classes: classes)
    case .alexnet: AlexNet(classes: classes)
    case .vgg11: VGG11(classes: classes)
    case .vgg11Slim: VGG11Slim(classes: classes)
    case .vgg16: VGG16(classes: classes)
    case .vgg19: VGG19(classes: classes)
    case .ninCIFAR10: NiNCIFAR10(classes: classes)
    case .ninImageNet: NiNImageNet(classes: classes)
    case .ninSmall: NiNSmall(classes: classes)
    }
  }
}

extension Sequential {
  /// The side of the smallest square image that the model takes, up to a limit; nil if none fits.
  public func smallestImage(channels: Int, upTo limit: Int = 512) -> Int? {
    (1...limit).first { side in
      (try? resolved(for: [1, channels, side, side])) != nil
    }
  }
}
