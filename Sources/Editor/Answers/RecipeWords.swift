import Files
import Notebook
import Recipe
import Sweep

/// What can stand in a recipe, whichever it is: steps, settings, warnings.
struct RecipeWords: Sendable {
  /// The steps.
  let declarations: [StepDeclaration]
  /// The section `sweep`.
  let sweep = StepDeclaration(
    name: "sweep",
    summary: RecipeKeys.top.first { $0.name == "sweep" }?.help ?? "",
    fields: StudyDefinition.fieldSpecs
  )
  /// What recipes are warned of.
  let warnings: [RecipeKeys.Key]
  /// The kinds of artifact that a step reads, and the one that it writes, by the step's name.
  private let reads: [String: [String]]
  private let writes: [String: String]

  init(steps: [any Step.Type], rules: [any LintRule.Type], declarations: [StepDeclaration]) {
    self.declarations = declarations
    warnings = rules.map { (name: $0.name, help: $0.summary) }
    reads = Dictionary(steps.map { ($0.name, Self.reads($0)) }) { first, _ in first }
    let written = steps.compactMap { step in step.writes.map { (step.name, $0) } }
    writes = Dictionary(written) { first, _ in first }
  }

  private static func reads(_ step: any Step.Type) -> [String] {
    var fields = Fields.describing(step: step.name)
    return step.init(&fields).reads.map(\.kind)
  }

  /// Whether a text has anything at its beginning of lines that only a recipe has.
  func isRecipe(_ text: EditorText) -> Bool {
    RecipeOutline(text).sections.contains { section in
      section.key == "extends" || declarations.contains { $0.name == section.step }
    }
  }

  /// The declaration of what a section's key names: a step, or the search; nil for anything else.
  func declaration(of key: String) -> StepDeclaration? {
    let name = key.split(separator: " ").first.map(String.init) ?? ""
    return name == sweep.name ? sweep : declarations.first { $0.name == name }
  }

  /// The declaration of the setting under some keys, the section's first; names that are free stand for what is below them.
  func spec(at path: [String]) -> FieldSpec? {
    guard let section = path.first, let declaration = declaration(of: section) else { return nil }
    var fields = declaration.fields
    var found: FieldSpec?
    var isFree = false
    for part in path.dropFirst() {
      if isFree {
        isFree = false
        continue
      }
      guard let spec = fields.first(where: { $0.name == part }) else { return nil }
      found = spec
      fields = spec.fields
      isFree = spec.kind == .sectionMap
    }
    // A name of one's own has no declaration.
    let isNamed = path.count > 2 && spec(at: path.dropLast())?.kind == .sectionMap
    return isNamed ? nil : found
  }

  /// What can be set under some keys; nil where no settings stand there.
  func fields(at path: [String]) -> [FieldSpec]? {
    if path.count == 1 { return declaration(of: path[0])?.fields }
    if let spec = spec(at: path) { return spec.kind == .section ? spec.fields : nil }
    guard path.count > 2, let map = spec(at: path.dropLast()), map.kind == .sectionMap else { return nil }
    return map.fields
  }

  /// Whether the setting under these keys says which cell is read, and so takes an id.
  func isInput(_ path: [String]) -> Bool {
    guard path.count == 2, let step = declaration(of: path[0])?.name else { return false }
    return reads[step]?.contains(path[1]) ?? false
  }

  /// Whether cells of a step write the kind of artifact.
  func step(_ name: String, writes kind: String) -> Bool { writes[name] == kind }
}

extension FieldSpec {
  /// What it takes, in Markdown: name, type, default, range, then its help.
  var markdown: String {
    var facts = [type]
    if !defaultText.isEmpty {
      facts.append(isRequired ? "required" : defaultText == "-" ? "no default" : "default `\(defaultText)`")
    }
    if let range, !range.isEmpty { facts.append(range.replacing("|", with: "\\|")) }
    return "**\(name)** — \(facts.joined(separator: ", "))\n\n\(help)"
  }
}
