import ArgumentParser
import Files
import Glibc
import Notebook
import Recall
import Service

/// `towerbook serve`: recommendations over HTTP.
struct ServeCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve a saved model's recommendations over HTTP.",
    discussion: """
      A browser finds a page there, on which people ask the model. For programs POST /recommend, /similar and \
      /vectors take JSON; GET /openapi.json says all of it, /health, /ready and /metrics are for those who watch. It listens \
      on this machine alone unless told otherwise, and ends, with what was begun, on SIGTERM. SIGHUP or POST /reload reads the model again from the same place.

      With --state, POST /events takes clicks as they come, PUT and DELETE /items/ID take items: the next answers \
      go by them, and they outlive the process and the model.

        towerbook serve latest
        towerbook serve latest --state state
        towerbook serve model --port 9000 --token-file token
        curl -d '{"user": 42, "k": 5}' http://127.0.0.1:8080/recommend
      """
  )

  @OptionGroup var model: ModelArguments

  @Option(help: "The address to listen on; 0.0.0.0 for all of the machine's.")
  var host = "127.0.0.1"

  @Option(parsing: .unconditional, help: "The port to listen on; 0 for one that is free, which is then told.")
  var port = 8080

  @Option(
    help:
      "A file whose one line requests must bring as a bearer token; only its owner may be able to read it.",
    completion: .file()
  )
  var tokenFile: String?

  @Option(
    help:
      "The folder of what the service is told, clicks and items; it is made where it is missing. Without it the service takes neither.",
    completion: .directory
  )
  var state: String?

  @Option(parsing: .unconditional, help: "The most bytes of a request's body.")
  var mostBytes = 1 << 20

  @Option(parsing: .unconditional, help: "The most requests in one body.")
  var mostRequests = 1_000

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 0 to 65535, not \(port)")
    }
    guard (1...1 << 30).contains(mostBytes), (1...1_000_000).contains(mostRequests) else {
      throw ValidationError("--most-bytes takes 1 to 1073741824, --most-requests 1 to 1000000")
    }
    if state?.isEmpty ?? false { throw ValidationError("--state takes a folder, not an empty text") }
    if host.isEmpty { throw ValidationError("--host takes an address, not an empty text") }
  }

  func run() throws {
    var settings = ServiceSettings()
    (settings.host, settings.port) = (host, port)
    (settings.mostBodyBytes, settings.mostRequests) = (mostBytes, mostRequests)
    settings.state = state
    settings.token = try tokenFile.map(ServiceSettings.token(inFile:))
    Cancellation.countHangUps()
    try RecommendService.run(
      path: try model.path(),
      threads: model.threadCount,
      verifies: model.verify,
      settings: settings,
      RecommendService.Surroundings(
        isStopping: { Cancellation.isRequested },
        reloads: { Cancellation.hangUps },
        say: { StandardError.line($0) },
        onListening: { address in
          print("listening on \(address)")
          // Who waits for the address reads it at once, also through a pipe.
          fflush(nil)
        }
      )
    )
  }
}
