import ArgumentParser
import Dispatch
import Files
import Glibc
import Look
import Notebook
import Report
import Synchronization

/// `towerbook watch`: runs a recipe again whenever it is saved.
struct WatchCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Run a recipe again whenever it, what it extends, or its data is saved.",
    discussion: """
      Only the cells below a change run; the report is rewritten in one place, outputs/RECIPE/watch/report.md, whose \
      path goes to standard output each time. Where something is saved while a run is under way, that run is stopped: \
      what it has finished stays in the cache. What is wrong with the recipe is shown at once, and the last good \
      report stays. With --look a browser shows it too, and follows. Ctrl-C ends it.

        towerbook watch news.yaml
        towerbook watch news.yaml train.epochs=1 --look
      """
  )

  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var places: PlaceArguments

  @Option(
    name: .shortAndLong,
    help: "The folder whose report is rewritten, in place of 'watch' beside the recipe's runs.",
    completion: .directory
  )
  var output: String?

  @Flag(help: "Serve the pages of 'towerbook look' too, and tell the address of the report.")
  var look = false

  @OptionGroup var listening: ListeningArguments

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  func validate() throws {
    if output?.isEmpty == true {
      throw ValidationError("--output takes the name of a folder, not an empty text")
    }
  }

  func run() throws {
    guard let path = recipe.path else {
      throw ValidationError(
        "watch takes the file of a recipe; 'towerbook init' begins one of your data"
      )
    }
    if path.hasSuffix(".md") {
      throw ValidationError("'\(path)' is a report; watch the recipe it was made by")
    }
    let folders = places.folders
    let folder =
      output ?? FilePaths.join(FilePaths.join(folders.outputs, FilePaths.stem(of: path)), WatchState.folder)
    let watch = try RecipeWatch(
      RecipeWatch.Settings(
        recipe: path,
        overrides: recipe.overrides,
        folder: folder,
        executable: try SystemFacts.executable(),
        arguments: ["run"] + recipe.words + places.words + ["--output", folder, "--watched"]
          + (quiet ? ["--quiet"] : [])
      ),
      RecipeWatch.Surroundings(
        plan: { [recipe] in try recipe.checked(outputs: folders.outputs) },
        isStopping: { Cancellation.isRequested },
        say: { StandardError.line($0) },
        rewritten: { [quiet] report, seconds in
          print(report)
          fflush(nil)
          if !quiet { StandardError.line("      rewritten in \(NumberFormat.duration(seconds: seconds))") }
        }
      )
    )
    if look { try serve(folder) }
    watch.run()
  }

  /// Serves the pages beside watching, and tells the address of the report.
  private func serve(_ folder: String) throws {
    let root = FilePaths.real(FilePaths.absolute(places.folders.outputs))
    let own = FilePaths.relative(FilePaths.real(FilePaths.absolute(folder)), to: root)
    // A report elsewhere has no page.
    let page = own.split(separator: "/").count == 2 && !own.hasPrefix("..") ? "/run/\(own)" : "/"
    let outcome = Mutex<Result<String, any Error>?>(nil)
    let listens = DispatchSemaphore(value: 0)
    let (places, listening) = (places, listening)
    DispatchQueue.global().async {
      do {
        try listening.serve(places) { address in
          outcome.withLock { $0 = .success(address) }
          listens.signal()
        }
      } catch {
        outcome.withLock { $0 = .failure(error) }
        listens.signal()
      }
    }
    listens.wait()
    let address = try outcome.withLock { $0 }?.get() ?? ""
    StandardError.line("look at \(address)\(page)")
  }
}
