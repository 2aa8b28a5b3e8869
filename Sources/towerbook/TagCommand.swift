import ArgumentParser
import Files
import Notebook

/// `towerbook tag`: names a run.
struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Give a run a name, which stands for it wherever a run is taken.",
    discussion: """
      The name is a link in the recipe's folder of outputs, so that paths may have it too: \
      outputs/quickstart/best/report.md. A name that another run of the recipe has moves to this one. Tagged \
      runs are never pruned.

        towerbook tag latest best
        towerbook tag quickstart~2 before-log-q
        towerbook tag best --remove
      """
  )

  @Argument(
    help: ArgumentHelp("The run: its folder, id, tag, 'latest', or its recipe's name.", valueName: "run")
  )
  var reference: String

  @Argument(
    help: "The name: letters, digits, '-', '_', '.' and '+'; none that means another run, as a recipe's does."
  )
  var name: String?

  @OptionGroup var folders: FolderArguments

  @Flag(help: "Take the name away; the run stays.")
  var remove = false

  func run() throws {
    if name == nil && !remove { throw ValidationError("say what the run is to be called") }
    let store = RunStore(folders.outputs)
    let found = try RunReference(reference).run(in: store)
    let name = name ?? FilePaths.name(of: reference)
    if remove {
      try store.untag(found, name)
      print("\(found.recipeFolder)/\(found.id) is no longer '\(name)'")
    } else {
      let before = store.tags(of: found.recipeFolder).first { $0.name == name && $0.run != found.id }
      try store.tag(found, as: name)
      let moved = before.map { ", which was \($0.run)" } ?? ""
      print("\(found.recipeFolder)/\(found.id) is '\(name)'\(moved)")
    }
    try RunIndex(store).write()
  }
}
