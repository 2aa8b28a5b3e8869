import Files
import Recipe
import Report

/// One kind of cell: what it can be told, what it reads and writes, and what it does.
///
/// A step is a value made from its settings. It holds nothing else, so that the same settings and the
/// same inputs always give the same result, and a result can be kept under a key made of them.
package protocol Step: Sendable {
  /// The name that stands in a recipe: `split`.
  static var name: String { get }
  /// One sentence for `towerbook steps`.
  static var summary: String { get }
  /// Raised whenever the same settings and inputs give another result than before.
  static var revision: Int { get }
  /// The kind of artifact it writes, which is ``name``, or nil.
  static var writes: String? { get }

  /// Reads and checks the step's settings; problems accumulate in `fields`.
  init(_ fields: inout Fields)

  /// The artifacts it reads.
  var reads: [ArtifactInput] { get }
  /// The files it reads, whose content is part of the key.
  func files(_ outlines: ArtifactOutlines) -> [InputFile]
  /// What is to be told of the files it reads where they are more than their settings name: how many, and which.
  func fileSummary(_ outlines: ArtifactOutlines) -> [String]
  /// The program that it runs and that is not ours; nil for none.
  var program: ProgramCall? { get }
  /// The files and folders it writes into the run directory.
  var outputs: [OutputName] { get }
  /// The names of the metrics it gives, without the cell's id: `hit_rate@20`.
  var metrics: [String] { get }

  /// What it says of how it measures, so that claims of others can be held against its figures.
  var protocolPoints: [ProtocolPoint] { get }

  /// What it tells on the way, by ``RunContext/intermediate(_:step:)``; nil for nothing.
  var progressMetric: ProgressMetric? { get }
  /// The setting that draws are made from which a result should not hang on, for who repeats runs: `seed`; or nil.
  static var repeatedSeed: String? { get }

  /// What is known of the artifact it writes before it runs: a value of the artifact's ``Artifact/Outline``, or nil.
  var outline: (any Sendable)? { get }
  /// What measures on the test's clicks what `metric`, one of its own, measures on clicks held out to choose settings by:
  /// a metric of its own or of another cell, without the cell's id; nil where `metric` is no such measure.
  func testTwin(of metric: String) -> String?
  /// Whether `metric`, one of its own, is measured on the clicks that are held out for the test.
  func isOnTest(_ metric: String) -> Bool
  /// Whether its settings decide which clicks are learned from and tested on, so that figures under others answer another question.
  static var decidesWhatIsMeasured: Bool { get }
  /// The values of which `metric`, one of its own, is the mean: one for each user, say; nil where there are none of it.
  /// - Parameter artifact: what the step wrote.
  /// - Throws: `BundleError` where that is damaged.
  func unitValues(of metric: String, in artifact: Bundle) throws -> UnitValues?
  /// What it is about to do, by the sizes of what it reads: for who asks what a run will take. Nil where they do not tell.
  func forecast(_ inputs: ForecastInputs) -> Forecast?
  /// Those of its metrics that are sizes of what it gives, for the forecasts of cells that read it.
  static var sizeMetrics: [String] { get }
  /// How much of its inputs' use it will make, for work above that can be shared with it.
  var demands: [ArtifactDemand] { get }

  /// The names that a setting could take besides what its declaration says, by its dotted path: the columns of files as
  /// they are, what other cells keep. For who writes a recipe; files that cannot be read have none.
  func names(for setting: String, _ outlines: ArtifactOutlines) -> [String]

  /// A folder outside of the run that also gets what the cell writes, or nil.
  func exportFolder(_ outlines: ArtifactOutlines) -> String?
  /// Looks at files and settings before anything runs; problems accumulate in `check`.
  func preflight(_ check: Preflight)
  /// Does the work and returns what the report shows of it.
  func run(in context: RunContext) throws -> [Block]
}

extension Step {
  /// No artifact.
  package static var writes: String? { nil }
  /// No artifacts.
  package var reads: [ArtifactInput] { [] }
  /// No files.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] { [] }
  /// Nothing.
  package func fileSummary(_ outlines: ArtifactOutlines) -> [String] { [] }
  /// None.
  package var program: ProgramCall? { nil }
  /// No files.
  package var outputs: [OutputName] { [] }
  /// No metrics.
  package var metrics: [String] { [] }
  /// Nothing.
  package var protocolPoints: [ProtocolPoint] { [] }
  /// Nothing.
  package var progressMetric: ProgressMetric? { nil }
  /// None.
  package static var repeatedSeed: String? { nil }
  /// None.
  package func testTwin(of metric: String) -> String? { nil }
  /// No.
  package func isOnTest(_ metric: String) -> Bool { false }
  /// No.
  package static var decidesWhatIsMeasured: Bool { false }
  /// None.
  package func unitValues(of metric: String, in artifact: Bundle) throws -> UnitValues? { nil }
  /// Nothing.
  package var outline: (any Sendable)? { nil }
  /// Nothing is known.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? { nil }
  /// None.
  package static var sizeMetrics: [String] { [] }
  /// None.
  package var demands: [ArtifactDemand] { [] }
  /// None.
  package func names(for setting: String, _ outlines: ArtifactOutlines) -> [String] { [] }
  /// No folder.
  package func exportFolder(_ outlines: ArtifactOutlines) -> String? { nil }
  /// Nothing to look at.
  package func preflight(_ check: Preflight) {}

  /// The step's declaration: its settings as its initialiser reads them.
  package static var declaration: StepDeclaration {
    var fields = Fields.describing(step: name)
    let step = Self(&fields)
    var specs = fields.specs
    // The name of a file cannot be empty: what the plan refuses, the schema must refuse too.
    for key in step.outputs.compactMap(\.key) {
      for place in specs.indices where specs[place].name == key { specs[place].kind = .path }
    }
    return StepDeclaration(name: name, summary: summary, fields: specs)
  }
}

/// A file whose content a step's result depends on.
package struct InputFile: Sendable, Equatable {
  /// The path as messages show it.
  package var shown: String
  /// The path from the root.
  package var absolute: String
  /// What the result takes of it besides its content, for the key: which of several tables it belongs to, what its path says.
  package var facts: String

  /// Makes an input file.
  package init(shown: String, absolute: String, facts: String = "") {
    self.shown = shown
    self.absolute = absolute
    self.facts = facts
  }
}

extension Fields {
  /// Declares that the step reads an artifact, and the setting that says from which cell.
  package mutating func input(_ kind: String, isOptional: Bool = false) -> ArtifactInput {
    let cell = optionalString(
      kind,
      role: .presentation,
      "The id of the cell whose \(kind) is read; by default what the cells that are named here were made from, else the "
        + "nearest above."
    )
    return ArtifactInput(kind: kind, cell: cell, isOptional: isOptional)
  }
}
