import Files
import Notebook
import Recipe
import Report

/// `script`: runs a program of one's own on what cells above have made.
package struct ScriptStep: Step {
  package static let name = "script"
  package static let summary = "Runs a program of your own on what other cells made, and shows what it gives."
  /// The revision.
  package static let revision = 1
  package static let writes: String? = ScriptArtifact.kind

  private let command: [CommandWord]
  private let modules: [ResolvedPath]
  private let inputs: [(source: ScriptSource, input: ArtifactInput)]
  private let config: ArtifactInput
  private let arguments: Setting?
  private let limits: ScriptLimits
  /// What it measures.
  package let metrics: [String]

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    command = fields.command(
      "command",
      "The program and its arguments: [python3, novelty.py]. A word that names a file beside the recipe stands for that file, "
        + "whose content decides whether the cell runs again; the first word is looked up on the PATH where it has no slash. "
        + "It runs only where you allow it: with --allow-scripts, or after 'towerbook allow RECIPE'."
    )
    modules = fields.dataPaths(
      "files",
      "Further files that the program is made of, such as modules it imports: where their content changes the cell runs again."
    )
    let wanted = fields.choices(
      "reads",
      default: [ScriptSource](),
      count: 0...ScriptSource.allCases.count,
      "What the program gets, each in a folder 'inputs/NAME' of where it runs: \(ScriptSource.help)."
    )
    let all = ScriptSource.allCases.map { (source: $0, input: fields.input($0.rawValue)) }
    for (source, input) in all where input.cell != nil && !wanted.contains(source) {
      fields.fail(source.rawValue, "the program does not read it; add '\(source)' to 'reads'")
    }
    inputs = all.filter { wanted.contains($0.source) }
    var config = fields.input(ConfigArtifact.kind)
    config.isOptional = !wanted.contains(where: \.needsNames)
    self.config = config
    metrics = fields.strings(
      "metrics",
      default: [],
      "The names of the numbers that the program gives, all of them, in 'outputs/metrics.json': 'novelty@20'. 'expect', prose and "
        + "sweeps know them as they know those of other cells."
    )
    let odd = metrics.first { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*(@[0-9]+)?/) == nil }
    if let odd {
      fields.fail(
        "metrics",
        "'\(odd)' is no name of a metric: letters, digits and '_', and '@20' where there is a length of lists"
      )
    } else if Set(metrics).count < metrics.count {
      fields.fail("metrics", "a name stands there twice")
    }
    arguments = fields.anyValue("arguments", "What the program finds as 'arguments' in its 'settings.json'.")
    limits = ScriptLimits(&fields)
  }

  /// What it reads.
  package var reads: [ArtifactInput] { inputs.map(\.input) + (config.isOptional ? [] : [config]) }
  /// The program's own files.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] { program?.files ?? [] }
  /// What runs.
  package var program: ProgramCall? {
    let files = command.compactMap(\.file) + modules
    return ProgramCall(
      words: command.map(\.shown),
      files: files.map { InputFile(shown: $0.shown, absolute: $0.absolute) }
    )
  }
  /// The folder with all that the program wrote.
  package var outputs: [OutputName] { [OutputName(ScriptArtifact.outputs)] }

  /// The program and its files must be there.
  package func preflight(_ check: Preflight) {
    if let first = command.first, first.file == nil, ScriptProcess.path(of: first.shown) == nil {
      let where_ =
        first.shown.contains("/") ? "there is no such file beside the recipe" : "it is not on the PATH"
      check.fail("command", "the program '\(first.shown)' is not found: \(where_)")
    }
    for word in command.dropFirst() where word.file == nil {
      // Whoever names a program's text means a file.
      if word.shown.wholeMatch(of: /[^-=\s][^=\s]*\.(py|R|r|jl|sh|pl|rb|js|mjs|ipynb)/) != nil {
        check.fail("command", "there is no file '\(word.shown)' beside the recipe")
      }
    }
    for module in modules where !FilePaths.exists(module.absolute) || FilePaths.isFolder(module.absolute) {
      check.fail("files", "'\(module.shown)' is no file")
    }
  }

  /// Writes what the program reads, runs it, and takes what it gives.
  package func run(in context: RunContext) throws -> [Block] {
    try context.withScratchFolder { folder in
      let place = ScriptPlace(folder)
      try place.prepare()
      let writer = ScriptInputs(context: context, config: config.isOptional ? nil : config)
      var sources: [(key: String, value: JSONValue)] = []
      for (source, input) in inputs {
        let files = try writer.write(source, input, to: place.input(source))
        sources.append((source.rawValue, .array(files.map { .string($0) })))
      }
      try context.checkCancellation()
      let names = config.isOptional ? nil : context.outlines.of(config, ConfigArtifact.self)?.columnNames
      let settings = JSONValue.object([
        ("arguments", arguments?.json ?? .object([])),
        ("reads", .object(sources)),
        ("metrics", .array(metrics.map { .string($0) })),
        (
          "columns", names.map { .object([("user", .string($0.user)), ("item", .string($0.item))]) } ?? .null
        ),
        ("threads", .int(context.threads)),
      ])
      try AtomicFile.write(settings.text(.indented) + "\n", to: place.settings)
      let words = command.map { $0.file?.absolute ?? $0.shown }
      try ScriptProcess(words: words, place: place, limits: limits, context: context).run()
      return try ScriptResults(place: place, metrics: metrics, context: context).take()
    }
  }
}
