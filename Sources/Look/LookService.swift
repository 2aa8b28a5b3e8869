import Dispatch
import Files
import Web

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
  /// - Throws: `ListenFailure`; ``LookFailure`` where the folder to show cannot be read.
  package static func run(_ settings: LookSettings, _ tools: LookTools, _ surroundings: Surroundings) throws {
    try check(settings)
    let house = House(settings, tools)
    let server = WebServer(
      host: settings.host,
      port: settings.port,
      idleSeconds: settings.idleSeconds,
      mostConnections: settings.mostConnections,
      onListening: surroundings.onListening
    )
    try server.run(LookResponder(house: house, isStopping: surroundings.isStopping)) {
      let reader = Task.detached { await Blocking.run { house.catalogue.read() } }
      defer { reader.cancel() }
      while !surroundings.isStopping() { try await Task.sleep(for: .milliseconds(50)) }
    }
  }

  /// A folder that is not there yet is one without runs; one that cannot be read is an error now, not a page without runs.
  private static func check(_ settings: LookSettings) throws {
    guard FilePaths.exists(settings.outputs) else { return }
    do { _ = try FilePaths.list(settings.outputs) } catch {
      throw LookFailure("\(error); name the folder that runs are written to with --outputs")
    }
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
