import Dispatch
import Files
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The pages over HTTP.
package enum LookService {
  /// What is known of the world outside.
  package struct Surroundings: Sendable {
    /// Whether to end.
    package var isStopping: @Sendable () -> Bool
    /// Told the address once the service listens.
    package var onListening: @Sendable (String) -> Void

    /// Puts them together.
    package init(
      isStopping: @escaping @Sendable () -> Bool,
      onListening: @escaping @Sendable (String) -> Void
    ) {
      (self.isStopping, self.onListening) = (isStopping, onListening)
    }
  }

  /// Serves the pages until told to end.
  /// - Throws: ``LookFailure`` where it cannot listen, or there is no folder to show.
  package static func run(_ settings: LookSettings, _ tools: LookTools, _ surroundings: Surroundings) throws {
    try check(settings)
    let outcome = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await serve(settings, tools, surroundings) } catch { outcome.withLock { $0 = error } }
      done.signal()
    }
    done.wait()
    guard let error = outcome.withLock({ $0 }) else { return }
    guard let system = error as? IOError else { throw error }
    let advice =
      system.errnoCode == EADDRINUSE ? "; another --port may be free, and --port 0 takes one that is" : ""
    throw LookFailure(
      "cannot listen on \(settings.host):\(settings.port): \(String(cString: strerror(system.errnoCode)))\(advice)"
    )
  }

  /// A folder that is not there yet is one without runs; one that cannot be read is an error now, not a page without runs.
  private static func check(_ settings: LookSettings) throws {
    guard FilePaths.exists(settings.outputs) else { return }
    do { _ = try FilePaths.list(settings.outputs) } catch {
      throw LookFailure("\(error); name the folder that runs are written to with --outputs")
    }
  }

  private static func serve(_ settings: LookSettings, _ tools: LookTools, _ surroundings: Surroundings)
    async throws
  {
    var logger = Logger(label: "towerbook") { SwiftLogNoOpLogHandler($0) }
    logger.logLevel = .critical
    let house = House(settings, tools)
    let responder = LookResponder(house: house, isStopping: surroundings.isStopping)
    let application = Application(
      responder: responder,
      server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(settings.idleSeconds))),
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
    let watcher = Task {
      while !surroundings.isStopping() { try await Task.sleep(for: .milliseconds(50)) }
      await group.triggerGracefulShutdown()
    }
    let reader = Task.detached { await Blocking.run { house.catalogue.read() } }
    defer {
      watcher.cancel()
      reader.cancel()
    }
    try await group.run()
  }
}

/// Work that waits for files, away from the threads that answer.
enum Blocking {
  private static let queue = DispatchQueue(label: "towerbook.look", attributes: .concurrent)

  static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }
}
