import Files

/// What a step has at hand while it runs.
package final class RunContext {
  /// The id of the cell that runs.
  package let cell: String
  /// How many threads a kernel may use.
  package let threads: Int
  /// Where the step says how far it is.
  package let progress: ProgressReporter
  /// Where the step keeps what it has so far.
  package let checkpoints: CheckpointStore
  /// The steps below that will run, for work that can be shared with them.
  package let laterSteps: [any Step]
  /// Results of work that several cells of one run share.
  package let shared: SharedWork
  /// Results of work that several runs share.
  package let work: WorkStore

  private let onIntermediate: ((Intermediate) throws -> Void)?
  private let start = ContinuousClock.now
  private let folder: String
  private let readArtifact: (ArtifactInput) throws -> (any Artifact)?
  private let stepBehind: (ArtifactInput) -> (any Step)?
  private let keyOf: (ArtifactInput) -> String
  private(set) var intermediates: [Intermediate] = []
  private(set) var metrics: [CacheEntry.Metric] = []
  private(set) var fileNames: [String] = []
  private(set) var written: (any Artifact)?
  private(set) var summary = ""

  init(
    cell: PlannedCell,
    folder: String,
    surroundings: Surroundings,
    readArtifact: @escaping (ArtifactInput) throws -> (any Artifact)?,
    stepBehind: @escaping (ArtifactInput) -> (any Step)?,
    keyOf: @escaping (ArtifactInput) -> String
  ) {
    self.cell = cell.id
    self.folder = folder
    threads = surroundings.threads
    progress = surroundings.progress
    checkpoints = surroundings.checkpoints
    laterSteps = surroundings.laterSteps
    shared = surroundings.shared
    work = surroundings.work
    onIntermediate = surroundings.onIntermediate
    self.readArtifact = readArtifact
    self.stepBehind = stepBehind
    self.keyOf = keyOf
  }

  /// What a context is given by the run it belongs to.
  struct Surroundings {
    var threads: Int
    var progress: ProgressReporter
    var checkpoints: CheckpointStore
    var laterSteps: [any Step]
    var shared: SharedWork
    var work: WorkStore
    var onIntermediate: ((Intermediate) throws -> Void)?
  }

  /// Reads an input.
  /// - Throws: ``RunFailure`` where the cell named writes something else.
  package func read<A: Artifact>(_ input: ArtifactInput, as type: A.Type = A.self) throws -> A {
    guard let artifact = try readIfPresent(input, as: type) else {
      throw RunFailure("'\(cell)' needs a \(input.kind), and there is none above it")
    }
    return artifact
  }

  /// Reads an input that the step can do without.
  package func readIfPresent<A: Artifact>(_ input: ArtifactInput, as type: A.Type = A.self) throws -> A? {
    guard let artifact = try readArtifact(input) else { return nil }
    guard let typed = artifact as? A else {
      throw RunFailure("'\(cell)' reads a \(input.kind), but the cell it names writes something else")
    }
    return typed
  }

  /// The step that writes an input: its settings that only readers use.
  package func step(behind input: ArtifactInput) -> (any Step)? { stepBehind(input) }

  /// The key of what an input holds: it changes whenever the content can.
  package func key(of input: ArtifactInput) -> String { keyOf(input) }

  /// Hands the step's artifact to the cells below.
  package func write(_ artifact: any Artifact) { written = artifact }

  /// Gives a metric; its full name is `cell.name`.
  package func metric(_ name: String, _ value: Double) {
    metrics.append(CacheEntry.Metric(name: name, value: value))
  }

  /// Gives a value on the way, `step` counting from 1; whoever listens may stop the run.
  /// - Throws: ``Pruned``, and what the listener throws.
  package func intermediate(_ value: Double, step: Int) throws {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let given = Intermediate(cell: cell, step: step, value: value, seconds: seconds)
    intermediates.append(given)
    try onIntermediate?(given)
  }

  /// Says in a few words what came out, for the progress line.
  package func summarize(_ text: String) { summary = text }

  /// The path at which to write a file of the run directory; `name` may hold folders.
  package func outputFile(_ name: String) throws -> String {
    let path = FilePaths.join(FilePaths.join(folder, "files"), name)
    try Folders.make(FilePaths.parent(of: path))
    fileNames.append(name)
    return path
  }

  /// - Throws: ``Interrupted`` once the user asked to stop.
  package func checkCancellation() throws { try Cancellation.check() }
}

/// Work that several cells of one run share, by a name made of everything it depends on.
package final class SharedWork {
  private var values: [String: Any] = [:]

  /// Makes an empty store.
  package init() {}

  /// What is kept under `key`, or nil.
  package func value<T>(_ key: String, as type: T.Type = T.self) -> T? { values[key] as? T }
  /// Keeps `value` under `key` for the rest of the run.
  package func keep(_ value: some Any, as key: String) { values[key] = value }
}
