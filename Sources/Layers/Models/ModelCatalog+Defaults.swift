extension ModelCatalog {
  /// Height and width of the images that the book or the paper uses.
  public var defaultImageSize: Int {
    switch self {
    case .lenet, .ninSmall: 28
    case .ninCIFAR10: 32
    case .nin, .alexnet, .vgg11, .vgg11Slim, .vgg16, .vgg19, .ninImageNet: 224
    }
  }

  /// Channels of those images.
  public var defaultChannels: Int {
    switch self {
    case .ninCIFAR10, .ninImageNet: 3
    case .nin, .lenet, .alexnet, .vgg11, .vgg11Slim, .vgg16, .vgg19, .ninSmall: 1
    }
  }

  /// The number of their classes.
  public var defaultClasses: Int {
    switch self {
    case .ninImageNet: 1000
    case .nin, .lenet, .alexnet, .vgg11, .vgg11Slim, .vgg16, .vgg19, .ninCIFAR10, .ninSmall: 10
    }
  }
}
