import Recall
import Web

/// Recommendations over HTTP.
package enum RecommendService {
  /// What is known of the world outside: asked now and then.
  package struct Surroundings: Sendable {
    /// Whether the service is to end.
    package var isStopping: @Sendable () -> Bool
    /// How often it was asked, from outside of HTTP, to read the model again.
    package var reloads: @Sendable () -> Int
    /// Told once where it listens, and what it does by itself.
    package var say: @Sendable (String) -> Void
    /// Told the address once the service listens.
    package var onListening: @Sendable (String) -> Void

    /// Puts them together.
    package init(
      isStopping: @escaping @Sendable () -> Bool,
      reloads: @escaping @Sendable () -> Int,
      say: @escaping @Sendable (String) -> Void,
      onListening: @escaping @Sendable (String) -> Void
    ) {
      self.isStopping = isStopping
      self.reloads = reloads
      self.say = say
      self.onListening = onListening
    }
  }

  /// Serves the model at `path` until it is told to end; then what was begun is answered.
  /// - Parameters:
  ///   - threads: how many threads a search may use.
  ///   - verifies: whether the digests of the model's files are checked before it is served; later ones' always are.
  /// - Throws: `ListenFailure`; what is wrong with the model.
  package static func run(
    path: String,
    threads: Int,
    verifies: Bool,
    settings: ServiceSettings,
    _ surroundings: Surroundings
  ) throws {
    let state = try settings.state.map { try ServiceState(folder: $0) }
    if let cut = state?.facts.cutBytes, cut > 0 {
      surroundings.say(
        "cut \(cut) bytes of a write that was interrupted, and nobody was answered, off the state's log"
      )
    }
    let holder = try ModelHolder(
      path: path,
      threads: threads,
      verifies: verifies,
      state: state,
      say: surroundings.say
    )
    let responder = ServiceResponder(
      settings: settings,
      holder: holder,
      gatherer: Gatherer(holder, mostWaiting: settings.mostWaiting),
      writer: holder.state.map { StateWriter($0, mostWaiting: settings.mostWaiting) },
      metrics: ServiceMetrics(),
      isStopping: surroundings.isStopping
    )
    var server = WebServer(
      host: settings.host,
      port: settings.port,
      idleSeconds: settings.idleSeconds,
      mostConnections: settings.mostConnections,
      onListening: surroundings.onListening
    )
    server.connectionHandlers = { [ConnectionDeadlines(settings)] }
    try server.run(responder) { try await watch(holder, surroundings) }
  }

  /// Looks twenty times a second whether to read the model again, until it is told to end.
  private static func watch(_ holder: ModelHolder, _ surroundings: Surroundings) async throws {
    var reloads = surroundings.reloads()
    while !surroundings.isStopping() {
      try await Task.sleep(for: .milliseconds(50))
      guard surroundings.reloads() != reloads else { continue }
      reloads = surroundings.reloads()
      let outcome = await Task.detached { Result { try holder.reload().facts.digest } }.value
      switch outcome {
      case .success(let digest): surroundings.say("read the model again: \(digest)")
      case .failure(let error): surroundings.say("the model stays as it was: \(error)")
      }
    }
  }
}
