/// The declaration of one setting, as `Fields` records it while a step reads.
package struct FieldSpec: Sendable, Equatable {
  /// The key in the recipe.
  package var name: String
  /// What it takes.
  package var kind: FieldKind
  /// The value where nothing is written; nil where one must be, or where `defaultReference` says.
  package var defaultValue: Setting?
  /// The setting that gives the default, as `config.seed`.
  package var defaultReference: String?
  /// The environment variable that is asked before the default.
  package var defaultEnvironment: String?
  /// Whether null is taken, as "not set".
  package var isOptional: Bool
  /// Whose cache keys it is part of.
  package var role: SettingRole
  /// The value with which a step does what it did before there was such a setting: it is in no key then, so that what was kept
  /// before is found. Nil where there is none.
  package var neutralValue: Setting?
  /// One sentence for users.
  package var help: String
  /// The settings inside, for a section.
  package var fields: [FieldSpec]
  /// The one of them that a section may be written as alone; nil for none.
  package var shorthand: String?

  /// A declaration; by default one that must be written.
  package init(
    name: String,
    kind: FieldKind,
    defaultValue: Setting? = nil,
    defaultReference: String? = nil,
    defaultEnvironment: String? = nil,
    isOptional: Bool = false,
    role: SettingRole = .compute,
    neutralValue: Setting? = nil,
    help: String,
    fields: [FieldSpec] = [],
    shorthand: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.defaultReference = defaultReference
    self.defaultEnvironment = defaultEnvironment
    self.isOptional = isOptional
    self.role = role
    self.neutralValue = neutralValue
    self.help = help
    self.fields = fields
    self.shorthand = shorthand
  }

  /// The type in a word or two.
  package var type: String { kind.typeName }

  /// The range in words, or the choices, or nil.
  package var range: String? { kind.rangeText }

  /// The words to choose from; empty unless there are some.
  package var choices: [String] {
    switch kind {
    case .choice(let names), .switchOrWord(let names): return names
    default: return []
    }
  }

  /// Whether null is written, which stands for the default: of every setting that has one, but for those that null turns off.
  func isDefault(_ node: Node) -> Bool {
    guard node.isNull, defaultEnvironment == nil else { return false }
    if isOptional { return defaultValue == .null }
    guard defaultValue != nil || defaultReference != nil else { return false }
    // An empty variable is a text where one is asked for.
    return !kind.accepts(node)
  }

  /// The settings that give the defaults of this one and of those inside of it.
  var defaultReferences: [String] {
    fields.flatMap(\.defaultReferences) + (defaultReference.map { [$0] } ?? [])
  }

  /// Whether a recipe must write it.
  package var isRequired: Bool { kind != .section && defaultValue == nil && defaultReference == nil }

  /// The default as help shows it: `3`, `[64, 32]`, `${config.seed}`, `$DATA or data`, `required`, `-` for none.
  package var defaultText: String {
    if let defaultReference { return "${\(defaultReference)}" }
    if kind == .section { return isOptional ? "off" : "" }
    guard let defaultValue else { return "required" }
    let value =
      switch defaultValue {
      case .null: "-"
      case .real(let value): DoubleRange.short(value)
      default: String(defaultValue.yaml().dropLast())
      }
    return defaultEnvironment.map { "$\($0)\(value == "-" ? "" : " or \(value)")" } ?? value
  }
}
