import ArgumentParser
import Files
import Glibc
import Look
import Notebook

/// Where pages are served, which `look` and `watch --look` take.
struct ListeningArguments: ParsableArguments {
  @Option(
    help: "The address to listen on; who can reach another than this machine's own can stop sweeps too."
  )
  var host = "127.0.0.1"

  @Option(parsing: .unconditional, help: "The port to listen on; 0 for one that is free, which is then told.")
  var port = 8090

  @Option(help: "The folder in which recipes are looked for, with the folders in it.", completion: .directory)
  var recipes = "."

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 0 to 65535, not \(port)")
    }
    if host.isEmpty || recipes.isEmpty {
      throw ValidationError("--host takes an address and --recipes a folder, not an empty text")
    }
  }

  /// Serves the pages until the program is to end.
  func serve(_ places: PlaceArguments, onListening: @escaping @Sendable (String) -> Void) throws {
    var settings = LookSettings()
    (settings.host, settings.port, settings.recipes) = (host, port, recipes)
    settings.outputs = places.folders.outputs
    if !["127.0.0.1", "::1", "localhost"].contains(host) {
      StandardError.line("warning: whoever can reach \(host):\(port) sees the runs and can stop sweeps")
    }
    settings.threads = places.options().threads
    let (outputs, cache, threads) = (places.folders.outputs, places.folders.cache, places.threads)
    try LookService.run(
      settings,
      LookTools(
        plan: { path, overrides in
          try RecipeArguments.checked(path: path, overrides: overrides, outputs: outputs)
        },
        study: {
          var folders = RunOptions()
          (folders.outputRoot, folders.cacheFolder) = (outputs, cache)
          return try PlaceArguments.studyTools(PlaceArguments.options(folders, threads: threads))
        },
        executable: try SystemFacts.executable(),
        places: places.words
      ),
      LookService.Surroundings(isStopping: { Cancellation.isRequested }, onListening: onListening)
    )
  }
}

/// `towerbook look`: runs, sweeps and recipes in a browser.
struct LookCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "look",
    abstract: "Show runs, sweeps and recipes in a browser, as they go.",
    discussion: """
      Serves pages on this machine alone, at http://127.0.0.1:8090 unless told otherwise: runs with search and sort, \
      the report of a run, live while it runs, two to five runs side by side, sweeps with buttons to stop them and \
      go on, recipes with their problems. They need no network. Ctrl-C ends it.

        towerbook look
        towerbook look /data/outputs --port 9000
      """
  )

  @Argument(help: "The folder of the runs, in place of --outputs.", completion: .directory)
  var folder: String?

  @OptionGroup var places: PlaceArguments
  @OptionGroup var listening: ListeningArguments

  func run() throws {
    var places = places
    if let folder {
      guard !folder.isEmpty else { throw ValidationError("look takes a folder, not an empty text") }
      guard FilePaths.isFolder(folder) else {
        throw ValidationError("'\(folder)' is no folder; name the one that runs are written to, as 'outputs'")
      }
      places.folders.outputs = folder
    }
    try listening.serve(places) { address in
      print("look at \(address)")
      // Who waits for the address reads it at once, also through a pipe.
      fflush(nil)
    }
  }
}
