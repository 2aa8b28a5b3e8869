import Dispatch
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Why a service cannot listen where it was told to.
package struct ListenFailure: Error, Equatable, CustomStringConvertible {
  /// What the system says, and what to do.
  package var description: String
}

/// An HTTP server that lives until it is told to end; then what was begun is answered.
package struct WebServer: Sendable {
  /// The address or name to listen on.
  package var host: String
  /// The port; 0 for one that is free.
  package var port: Int
  /// How long a connection may stay open without a request.
  package var idleSeconds: Int64
  /// The most connections at a time; others wait.
  package var mostConnections: Int
  /// What looks after each connection besides, as by closing slow ones.
  package var connectionHandlers: @Sendable () -> [any RemovableChannelHandler] = { [] }
  /// Told the address once it listens.
  package var onListening: @Sendable (String) -> Void

  /// Puts it together.
  package init(
    host: String,
    port: Int,
    idleSeconds: Int64,
    mostConnections: Int,
    onListening: @escaping @Sendable (String) -> Void
  ) {
    (self.host, self.port, self.idleSeconds) = (host, port, idleSeconds)
    (self.mostConnections, self.onListening) = (mostConnections, onListening)
  }

  /// Serves until `beside` ends; holds the calling thread as long.
  /// - Parameter beside: runs beside the server, and ends when that is to end.
  /// - Throws: ``ListenFailure``; what the server throws.
  package func run(
    _ responder: some HTTPResponder<BasicRequestContext>,
    beside: @escaping @Sendable () async throws -> Void
  ) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await serve(responder, beside) } catch { outcome.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    guard let error = outcome.withLock({ $0 }) else { return }
    guard let system = error as? IOError else { throw error }
    let advice =
      system.errnoCode == EADDRINUSE ? "; another --port may be free, and --port 0 takes one that is" : ""
    throw ListenFailure(
      description:
        "cannot listen on \(host):\(port): \(String(cString: strerror(system.errnoCode)))\(advice)"
    )
  }

  private func serve(
    _ responder: some HTTPResponder<BasicRequestContext>,
    _ beside: @escaping @Sendable () async throws -> Void
  ) async throws {
    var logger = Logger(label: "towerbook") { SwiftLogNoOpLogHandler($0) }
    logger.logLevel = .critical
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: connectionHandlers(),
          idleTimeout: .seconds(idleSeconds)
        )
      ),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: MaximumAvailableConnections(mostConnections)
      ),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? self.port
        onListening("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
      },
      logger: logger
    )
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: logger)
    )
    let watcher = Task {
      // However it ends, nobody would end the server after it.
      try? await beside()
      await group.triggerGracefulShutdown()
    }
    defer { watcher.cancel() }
    try await group.run()
  }
}
