import ArgumentParser
import NetworkInNetwork

/// `nin recipe`.
struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe",
    abstract: "Print a training recipe, to edit and pass to 'nin train'.",
    discussion: """
      EXAMPLES:

        nin recipe quick > mine.json5
        nin train --recipe mine.json5

      Recipes are JSON5: comments are allowed, keys need no quotes, and an omitted key has the book's value. Options change \
      the recipe before it is printed.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Recipe") var options: RecipeOptions
  @OptionGroup var data: DataOptions

  @Argument(
    help: ArgumentHelp("book, quick, best or a file.", valueName: "name or file"), completion: .recipe)
  var name: String?

  func validate() throws {
    guard name == nil || options.recipe == nil else {
      throw ValidationError("the recipe is given twice, as an argument and as --recipe")
    }
  }

  func run() throws {
    var options = options
    options.recipe = name ?? options.recipe
    var recipe = try options.newRecipe()
    recipe.apply(data, compute)
    try recipe.requireFolder(path: options.recipe)
    recipe.computation.backend = shared.backend ?? recipe.computation.backend
    try recipe.validate()
    print(RecipeFile.text(recipe, title: "A recipe for nin train --recipe FILE."), terminator: "")
  }
}
