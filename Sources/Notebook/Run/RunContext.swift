import Files
import Report

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
  /// What the steps behind the cell's inputs say of what they write.
  package let outlines: ArtifactOutlines
  /// The cell and those that its result is made of, as a recipe with all settings that it depends on.
  package let recipe: String

  /// Where the step keeps what it makes of single files.
  package let fileParts: FilePartStore
  /// The files that the step reads, in the order of ``Step/files(_:)``, with their digests as they are in the cell's key.
  package let inputs: [InputDigest]

  private let laterDemands: [ArtifactDemand]
  private let shared: SharedWork
  private let work: WorkStore
  private let onIntermediate: ((Intermediate) throws -> Void)?
  /// Whether the values of single units are asked for with values on the way.
  package let hearsUnits: Bool
  private let start = ContinuousClock.now
  private let folder: String
  private let readArtifact: (ArtifactInput) throws -> (any Artifact)?
  private let keyOf: (ArtifactInput) -> String
  private let metricsOf: (ArtifactInput) -> [CacheEntry.Metric]
  private(set) var intermediates: [Intermediate] = []
  private(set) var metrics: [CacheEntry.Metric] = []
  private(set) var fileNames: [String] = []
  private(set) var written: (any Artifact)?
  private(set) var summary = ""
  private(set) var highlights: [ReportDocument.Highlight] = []
  private(set) var headline: Headline?
  private(set) var measuredUnder: [ReportDocument.Fact] = []
  private(set) var protocolPoints: [ReportDocument.Fact] = []

  init(
    cell: PlannedCell,
    folder: String,
    surroundings: Surroundings,
    readArtifact: @escaping (ArtifactInput) throws -> (any Artifact)?,
    keyOf: @escaping (ArtifactInput) -> String,
    metricsOf: @escaping (ArtifactInput) -> [CacheEntry.Metric]
  ) {
    self.cell = cell.id
    self.folder = folder
    threads = surroundings.threads
    progress = surroundings.progress
    checkpoints = surroundings.checkpoints
    outlines = surroundings.outlines
    fileParts = surroundings.fileParts
    inputs = surroundings.inputs
    recipe = surroundings.recipe
    laterDemands = surroundings.laterDemands
    shared = surroundings.shared
    work = surroundings.work
    onIntermediate = surroundings.onIntermediate
    hearsUnits = surroundings.hearsUnits
    self.readArtifact = readArtifact
    self.keyOf = keyOf
    self.metricsOf = metricsOf
  }

  /// What a context is given by the run it belongs to.
  struct Surroundings {
    var threads: Int
    var progress: ProgressReporter
    var checkpoints: CheckpointStore
    var outlines: ArtifactOutlines
    var fileParts: FilePartStore
    var inputs: [InputDigest]
    var recipe: String
    var laterDemands: [ArtifactDemand]
    var shared: SharedWork
    var work: WorkStore
    var onIntermediate: ((Intermediate) throws -> Void)?
    var hearsUnits: Bool
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

  /// What the cell behind an input measured as `name`; nil where it has no such value. For what is shown only: unlike
  /// artifacts, metrics may hold times, which differ from run to run.
  package func measured(_ name: String, by input: ArtifactInput) -> Double? {
    metricsOf(input).first { $0.name == name }?.value
  }

  /// How much the cells below that will run want of what this cell reads as `input`; 0 for nothing.
  package func laterDemand(_ what: String, of input: ArtifactInput) -> Int {
    laterDemands.filter { $0.what == what && $0.input == input }.map(\.amount).max() ?? 0
  }

  /// Work on some of the cell's inputs that other cells and other runs can share.
  package func sharedWork(_ name: String, revision: Int, on inputs: [ArtifactInput]) -> KeyedWork {
    KeyedWork(
      name: "\(name) \(revision)",
      inputs: inputs.map { (input: $0, key: keyOf($0)) },
      outlines: outlines,
      shared: shared,
      store: work,
      read: readArtifact
    )
  }

  /// Hands the step's artifact to the cells below.
  package func write(_ artifact: any Artifact) { written = artifact }

  /// Gives a metric; its full name is `cell.name`.
  package func metric(_ name: String, _ value: Double) {
    metrics.append(CacheEntry.Metric(name: name, value: value))
  }

  /// Gives a value on the way, `step` counting from 1; whoever listens may stop the run.
  /// - Parameter units: what the value is the mean of, where ``hearsUnits`` asks for it.
  /// - Throws: ``Pruned``, and what the listener throws.
  package func intermediate(_ value: Double, step: Int, units: UnitValues? = nil) throws {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var given = Intermediate(cell: cell, step: step, value: value, seconds: seconds)
    if hearsUnits { given.units = units }
    intermediates.append(given)
    try onIntermediate?(given)
  }

  /// Says in a few words what came out, for the progress line.
  package func summarize(_ text: String) { summary = text }

  /// Gives a line of the report's first page, Markdown: `Data`, and what it is.
  package func highlight(_ label: String, _ text: String) {
    highlights.append(ReportDocument.Highlight(label, text))
  }

  /// Gives the figure that the cell comes down to.
  package func headline(_ headline: Headline) { self.headline = headline }

  /// Says what the figures of this cell, and of those that read it, are measured under: runs that differ in `name`
  /// measure something else. `digest` is made of all that it depends on.
  package func measured(under name: String, _ digest: Digest) {
    measuredUnder.append(ReportDocument.Fact(name, "\(digest)"))
  }

  /// Says of one of the step's protocol points how it measured.
  package func measured(_ point: String, as value: String) {
    protocolPoints.append(ReportDocument.Fact(point, value))
  }

  /// The path at which to write a file of the run directory; `name` may hold folders.
  package func outputFile(_ name: String) throws -> String {
    let path = FilePaths.join(FilePaths.join(folder, "files"), name)
    try Folders.make(FilePaths.parent(of: path))
    fileNames.append(name)
    return path
  }

  /// The folder, on the cache's disk, in which the step's result is put together: for files without names.
  package var workFolder: String { folder }

  /// An empty folder for what is of no use once the step is done; `body` may write there.
  package func withScratchFolder<R>(_ body: (String) throws -> R) throws -> R {
    let scratch = try StagingFolder(in: folder)
    defer { try? Folders.remove(scratch.path) }
    return try body(scratch.path)
  }

  /// The files that were written so far by ``outputFile(_:)``, as their names.
  package var outputFiles: [String] { fileNames }

  /// - Throws: ``Interrupted`` once the user asked to stop.
  package func checkCancellation() throws { try Cancellation.check() }
}
