import Layers

extension Exercise {
  /// The book's exercises, in its order.
  package static let all = [pointwise, kernels, head, resources, lastStep, family]

  private static let book = ExerciseVariant("two 1×1 convolutions", "two")

  private static let pointwise = Exercise(
    number: 1, title: "how many 1×1 convolutions",
    question: "Why does a block have two 1×1 convolutions? How does it do with three, one or none?",
    method: .training([
      book,
      ExerciseVariant("three 1×1 convolutions", "three") { $0.pointwiseConvolutions = 3 },
      ExerciseVariant("one 1×1 convolution", "one") { $0.pointwiseConvolutions = 1 },
      ExerciseVariant("no 1×1 convolution", "none") { $0.pointwiseConvolutions = 0 },
    ]),
    background: """
      Each 1×1 convolution with its ReLU is a layer of a fully connected network that is applied to every pixel. More of them \
      compute a more nonlinear function of a window, and are harder to train; in the last block all but the first work on as \
      many channels as there are classes.
      """)

  private static let kernels = Exercise(
    number: 2, title: "3×3 for 1×1",
    question: "What changes if the 1×1 convolutions have kernels of 3×3?",
    method: .training([
      ExerciseVariant("kernels of 1×1", "1x1"),
      ExerciseVariant("kernels of 3×3", "3x3") { $0.pointwiseKernel = 3 },
    ]),
    background: """
      A 3×3 kernel has nine times the weights and multiply-accumulates of a 1×1 kernel, and sees the neighboring pixels too. \
      The parameters and operations of both networks are in the table: accuracy has to be weighed against them.
      """)

  private static let head = Exercise(
    number: 3, title: "a dense head",
    question: """
      What does a fully connected layer instead of global average pooling cost and gain: speed, accuracy, parameters? How do \
      both heads respond to shifted images?
      """,
    method: .training([
      ExerciseVariant("global average pooling", "average"),
      ExerciseVariant("dense head", "dense") { $0.head = .dense },
    ]),
    measures: [.accuracy, .loss, .trainingLoss, .shiftedAccuracy, .lostByShifts],
    background: """
      The dense layer has a weight for each class, map and pixel, so it can use positions in the image; the mean cannot, and \
      has no weights. The dense layer is applied to the classes' maps: it has few weights here, while the dense \
      heads of AlexNet and VGG have most of those networks' parameters.
      """)

  private static let resources = Exercise(
    number: 4, title: "resources",
    question: """
      What does the network need: parameters, operations, memory in training and in prediction? How does it compare with \
      AlexNet and VGG-11?
      """,
    method: .resources([.nin, .alexnet, .vgg11]), measures: [],
    background: """
      Memory is the peak of the process as computed by 'nin summary --memory' for a batch of 128; times are measured with \
      the smaller batch that the budget allows, and given per image. In a small batch fewer images share the reading and the \
      update of the parameters, which favors networks with few of them. A multiply-accumulate counts as two operations.
      """)

  private static let lastStep = Exercise(
    number: 5, title: "the step from 384 channels to 10",
    question: """
      The last block reduces 384 channels to 10 at once. What can go wrong, what happens to dead channels and gradients, and \
      does a smaller step help?
      """,
    method: .training([
      ExerciseVariant("at once", "direct") { $0.raisesBiases = false },
      ExerciseVariant("in three steps", "gradual") {
        $0.raisesBiases = false
        $0.lastStep = .gradual
      },
      ExerciseVariant("at once, later biases initialized to 0.3", "raised") { $0.raisesBiases = true },
    ]),
    measures: [.accuracy, .loss, .trainingLoss, .deadChannels, .deadClasses, .firstGradient],
    background: """
      At once, each class has a channel that passes through three ReLUs. A channel that is negative on all images gets no \
      gradient; as there are few channels, each dead one is a large part of the next layer's input, or a class. The gradient \
      is that of the first convolution's weights after the last epoch, where a small one may also mean that training has \
      converged.
      """)

  private static let family = Exercise(
    number: 6, title: "a family of depths",
    question: """
      VGG-11, VGG-16 and VGG-19 differ in the number of convolutions of their stages. What do NiN-like networks of different \
      depths cost, and how accurate are they?
      """,
    method: .training([
      ExerciseVariant("NiN-12", "nin-12"),
      ExerciseVariant("NiN-21", "nin-21") { $0.depth = .twentyOne },
      ExerciseVariant("NiN-27", "nin-27") { $0.depth = .twentySeven },
    ]),
    background: """
      NiN-12 is the book's network; NiN-21 has a second block in each stage, and NiN-27 a third one in all but the first. \
      Without batch normalization or shortcuts, deeper networks take longer to begin to learn: a short run may favor \
      the shallow one.
      """)
}
