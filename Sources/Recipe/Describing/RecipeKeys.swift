import Files

/// The keys that the recipe language itself knows, each with a sentence for users: for the JSON Schema and for editors.
package enum RecipeKeys {
  /// A key and what it is for.
  package typealias Key = (name: String, help: String)

  /// The keys beside the cells.
  package static let top: [Key] = [
    (TopLevel.title, "The report's title."),
    (TopLevel.text, "Markdown that opens the report."),
    (TopLevel.extends, "The recipe or recipes this one is laid over, relative to this file."),
    (TopLevel.sweep, "A search over settings, for 'towerbook sweep'."),
  ]

  /// The keys that every cell takes besides its step's settings.
  package static let cell: [Key] = [
    ("text", "Markdown shown before the cell."),
    ("note", "Markdown shown after the cell; {{ eval.hit_rate@20 }} quotes a result."),
    ("expect", "What must hold, as hit_rate@20: \">= 0.5\"."),
    (
      "claim",
      "What others published, to be held against this cell's figures: a source, its table, the protocol, and figures by "
        + "metric; or a list of these."
    ), ("allow", "Warnings about the cell that are not to be shown, by name."),
  ]

  /// The keys of a claim that are no metrics.
  package static let claim: [Key] = [
    ("source", "Who published it, and where."), ("table", "Which table or figure of it."),
    ("protocol", "What is known of how it was measured, point by point."),
  ]

  /// What a key among `keys` is for; empty for others.
  static func help(_ name: String, among keys: [Key]) -> String {
    keys.first { $0.name == name }?.help ?? ""
  }

  /// All keys of a recipe's mappings, in the order in which they stand; nil where the text is no recipe.
  package static func used(in text: String) -> [String]? {
    let (problems, budget) = (Problems(), NodeBudget())
    let source = SourceText(name: "", directory: "/", bytes: Array(text.utf8))
    let composer = NodeComposer(source.bytes, source: source, problems: problems, budget: budget)
    guard case .some(let root) = try? composer.document() else { return nil }
    var keys: [String] = []
    func collect(_ node: Node) {
      switch node.content {
      case .list(let items): for item in items { collect(item) }
      case .mapping(let entries):
        for entry in entries {
          keys.append(entry.key)
          collect(entry.value)
        }
      case .scalar, .broken: break
      }
    }
    collect(root)
    return keys
  }

  /// Whether a recipe in which secrets were masked has the keys that it had. One that is no YAML any more has: no secret stands for
  /// that.
  package static func stand(_ keys: [String]?, in masked: String) -> Bool {
    used(in: masked).map { $0 == keys } ?? true
  }

  /// A recipe with ``Secrets`` masked. One that is a key of it, too, stands.
  package static func masked(_ recipe: String) -> String {
    let keys = used(in: recipe)
    return Secrets.masked(recipe) { stand(keys, in: $0) }
  }
}
