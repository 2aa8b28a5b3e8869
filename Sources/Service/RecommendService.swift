import Dispatch
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Recall
import ServiceLifecycle
import Synchronization

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
  /// - Throws: `ServiceFailure` where it cannot listen; what is wrong with the model.
  package static func run(
    path: String,
    threads: Int,
    verifies: Bool,
    settings: ServiceSettings,
    _ surroundings: Surroundings
  ) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
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
    Task.detached {
      do { try await serve(holder, settings, surroundings) } catch { outcome.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    guard let error = outcome.withLock({ $0 }) else { return }
    guard let system = error as? IOError else { throw error }
    let advice = system.errnoCode == EADDRINUSE ? "; another --port may be free" : ""
    throw ServiceFailure(
      "cannot listen on \(settings.host):\(settings.port): \(String(cString: strerror(system.errnoCode)))\(advice)"
    )
  }

  private static func serve(
    _ holder: ModelHolder,
    _ settings: ServiceSettings,
    _ surroundings: Surroundings
  ) async throws {
    var logger = Logger(label: "towerbook") { SwiftLogNoOpLogHandler($0) }
    logger.logLevel = .critical
    let responder = ServiceResponder(
      settings: settings,
      holder: holder,
      gatherer: Gatherer(holder, mostWaiting: settings.mostWaiting),
      writer: holder.state.map { StateWriter($0, mostWaiting: settings.mostWaiting) },
      metrics: ServiceMetrics(),
      isStopping: surroundings.isStopping
    )
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [ConnectionDeadlines(settings)],
          idleTimeout: .seconds(settings.idleSeconds)
        )
      ),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)
      ),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? settings.port
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        surroundings.onListening("http://\(host):\(port)")
      },
      logger: logger
    )
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: logger)
    )
    let watcher = Task { try await watch(group, holder, surroundings) }
    defer { watcher.cancel() }
    try await group.run()
  }

  /// Looks twenty times a second whether to end, or to read the model again.
  private static func watch(_ group: ServiceGroup, _ holder: ModelHolder, _ surroundings: Surroundings)
    async throws
  {
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
    await group.triggerGracefulShutdown()
  }
}
