import Recall
import Synchronization

/// The model that answers now; another one takes its place without a request lost.
final class ModelHolder: Sendable {
  private let current: Mutex<Recommender>
  private let reloading = Mutex(false)
  private let reloads = Atomic(0)
  private let path: String
  private let threads: Int
  /// What the service was told, which every model goes by; nil where it keeps nothing.
  let state: ServiceState?
  private let say: @Sendable (String) -> Void

  /// Opens the model at `path`, where newer ones are looked for; nobody else holds it, so that it goes when one has
  /// taken its place.
  /// - Parameter say: told what of the state a model cannot take.
  /// - Throws: what is wrong with it.
  init(
    path: String,
    threads: Int,
    verifies: Bool,
    state: ServiceState?,
    say: @escaping @Sendable (String) -> Void
  ) throws {
    self.path = path
    self.threads = threads
    self.state = state
    self.say = say
    current = Mutex(try Self.opened(path, threads, verifies: verifies, state, say))
  }

  private static func opened(
    _ path: String,
    _ threads: Int,
    verifies: Bool,
    _ state: ServiceState?,
    _ say: (String) -> Void
  ) throws -> Recommender {
    let model = try Recommender(
      path: path,
      threads: threads,
      verifies: verifies,
      isCopied: true,
      state: state
    )
    try model.prepare()
    let refused = model.itemChanges().refused
    if let first = refused.first {
      say(
        "\(refused.count) \(refused.count == 1 ? "item that was put is" : "items that were put are") not what this model takes "
          + "and \(refused.count == 1 ? "is" : "are") as it has them, as '\(first.id)': \(first.reason)"
      )
    }
    return model
  }

  /// The model that answers now; who asked it goes on asking it, whatever takes its place.
  var model: Recommender { current.withLock { $0 } }
  /// How often another took its place.
  var reloadCount: Int { reloads.load(ordering: .relaxed) }

  /// Opens what stands at the path now and lets it answer from now on; where that fails the old one stays.
  /// - Throws: what is wrong with it; `ServiceFailure` where somebody else is at the same.
  func reload() throws -> Recommender {
    guard
      reloading.withLock({ isReloading in
        defer { isReloading = true }
        return !isReloading
      })
    else { throw ServiceFailure("the model is being read again already") }
    defer { reloading.withLock { $0 = false } }
    let next = try Self.opened(path, threads, verifies: true, state, say)
    current.withLock { $0 = next }
    reloads.add(1, ordering: .relaxed)
    return next
  }
}
