import Files
import Notebook
import Recipe
import Synchronization

/// A server of the Language Server Protocol for recipes, over two open files.
///
/// One thread reads and answers; it never waits for what reads data files. A second one looks for problems, always in the
/// newest text; a third one asks the cache what would run.
package final class EditorServer: Sendable {
  /// What the server is told by whoever starts it.
  package struct Options: Sendable {
    /// The steps that recipes may have.
    package var steps: [any Step.Type]
    /// What recipes are looked over for.
    package var rules: [any LintRule.Type]
    /// The folder of runs and that of the cache, relative to the client's folder; nil for the cache that is in the first.
    package var outputs: String
    package var cache: String?
    /// The environment's variables.
    package var environment: [String: String]
    /// What the server calls its version.
    package var version: String

    /// Options.
    package init(
      steps: [any Step.Type],
      rules: [any LintRule.Type],
      outputs: String,
      cache: String?,
      environment: [String: String],
      version: String
    ) {
      self.steps = steps
      self.rules = rules
      self.outputs = outputs
      self.cache = cache
      self.environment = environment
      self.version = version
    }
  }

  /// Where the server is in its life.
  private enum Phase { case new, running, shutDown }

  private let options: Options
  private let input: Int32
  private let writer: MessageWriter
  private let phase = Mutex(Phase.new)

  /// A server that reads from one open file and writes to another.
  package init(_ options: Options, input: Int32, output: Int32) {
    self.options = options
    self.input = input
    writer = MessageWriter(output)
  }

  /// Answers until the client says that it is enough, or is gone.
  /// - Returns: the exit code, 0 where the client took its leave as the protocol has it.
  package func run() -> Int32 {
    var reader = MessageReader(input)
    var session: EditorSession?
    do {
      while let bytes = try reader.next() {
        let message: RPCMessage
        do throws(RPCError) { message = try RPCMessage(bytes) } catch {
          writer.respond(.null, error)
          continue
        }
        guard let method = message.method else { continue }
        if method == "exit", message.id == nil { break }
        answer(method, message, &session)
      }
    } catch {
      writer.respond(.null, .invalidRequest(error.message))
    }
    return phase.withLock { $0 == .shutDown ? 0 : 1 }
  }

  private func answer(_ method: String, _ message: RPCMessage, _ session: inout EditorSession?) {
    guard let id = message.id else {
      if phase.withLock({ $0 == .running }) { session?.take(method, message) }
      return
    }
    do throws(RPCError) { writer.respond(id, try result(method, message, &session)) } catch {
      writer.respond(id, error)
    }
  }

  private func result(
    _ method: String,
    _ message: RPCMessage,
    _ session: inout EditorSession?
  ) throws(RPCError) -> JSONValue {
    switch (phase.withLock { $0 }, method) {
    case (.new, "initialize"):
      let made = EditorSession(options, try message.parameters(), writer)
      session = made
      phase.withLock { $0 = .running }
      return made.capabilities
    case (.new, _): throw .notInitialized
    case (.running, "initialize"): throw .invalidRequest("the server is initialized already")
    case (.running, "shutdown"):
      phase.withLock { $0 = .shutDown }
      return .null
    case (.running, _):
      guard let session else { throw .notInitialized }
      return try session.result(method, message)
    case (.shutDown, _): throw .invalidRequest("the server was shut down: expected 'exit'")
    }
  }
}
