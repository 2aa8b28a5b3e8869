/// How a plan is run.
public struct RunOptions {
  /// The folder that holds a folder for each recipe: `outputs`.
  public var outputRoot = "outputs"
  /// Where this run is written to, in place of a new folder under ``outputRoot``.
  public var directory: String?
  /// The folder of the cache; nil for `.cache` under ``outputRoot``.
  public var cacheFolder: String?
  /// Whether every step runs, whatever the cache holds.
  public var force = false
  /// The id of the cell from which on steps run, whatever the cache holds.
  public var from: String?
  /// How many threads kernels may use, 1 or more.
  public var threads = 1
  /// The command that was typed, for the end of the report.
  public var command: [String] = []
  /// What the report says of versions: name and version.
  public var versions: [(name: String, version: String)] = []
  /// Kinds of artifact, so that they can be taken out of the cache.
  public var artifacts: [any Artifact.Type] = []
  /// What hears of values on the way, as the validation metric after an epoch; it may throw ``Pruned`` to stop.
  public var onIntermediate: ((Intermediate) throws -> Void)?

  /// Makes options with the defaults above.
  public init() {}
}
