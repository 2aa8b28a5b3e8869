import Files
import Report

/// How a plan is run.
package struct RunOptions {
  /// The folder that holds a folder for each recipe: `outputs`.
  package var outputRoot = "outputs"
  /// Where this run is written to, in place of a new folder under ``outputRoot``.
  package var directory: String?
  /// The folder of the cache; nil for `.cache` under ``outputRoot``.
  package var cacheFolder: String?
  /// Whether every step runs, whatever the cache holds.
  package var force = false
  /// The id of the cell from which on steps run, whatever the cache holds.
  package var from: String?
  /// How many threads kernels may use, 1 or more.
  package var threads = 1
  /// Whether what cells export goes to folders outside of the run.
  package var exports = true
  /// Whether programs that cells name may run, whatever was allowed before.
  package var allowsPrograms = false
  /// The command that was typed, for the end of the report.
  package var command: [String] = []
  /// The report that is run again, as it was when the run began, where it is one.
  package var earlier: RecipeFence?
  /// What the report says of versions: name and version.
  package var versions: [(name: String, version: String)] = []
  /// Kinds of artifact, so that they can be taken out of the cache.
  package var artifacts: [any Artifact.Type] = []
  /// The size in bytes of the largest result that stays in memory between cells; larger ones are read again.
  package var heldBytes = 256 << 20
  /// What is kept of the units whose means the values on the way are.
  package var intermediateUnits = IntermediateUnits.none
  /// What is told the digests of all files that will be read, by their absolute paths, before anything is computed; it may throw to
  /// end the run.
  package var onInputs: (([String: Digest]) throws -> Void)?
  /// What hears of values on the way, as the validation metric after an epoch; it may throw ``Pruned`` to stop.
  package var onIntermediate: ((Intermediate) throws -> Void)?

  /// Makes options with the defaults above.
  package init() {}
}
