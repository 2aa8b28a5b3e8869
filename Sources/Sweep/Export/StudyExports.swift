import Files
import Recipe

/// The files that a study can be written to for other programs.
package struct StudyExports {
  private let study: Study

  /// Takes a study that is open.
  package init(_ study: Study) { self.study = study }

  /// Writes a line for each trial, as CSV.
  package func writeTable(to path: String) throws {
    let text = StudyTable.text(
      study.ledger.info,
      try study.ledger.trials(),
      shown: { study.definition.exact($0.name, $1) }
    )
    try AtomicFile.write(text, to: path)
  }

  /// Writes all that is known, as JSON.
  package func writeJSON(to path: String) throws {
    let confirming = try study.ledger.trials(purpose: .confirm)
    let text = StudyJSON.text(
      study.ledger.info,
      try study.ledger.trials(),
      confirmations: confirming,
      value: { Self.whole(study.definition.setting($0, $1)) },
      choices: { (study.definition.choices[$0] ?? []).map(Self.whole) }
    )
    try AtomicFile.write(text, to: path)
  }

  /// Writes a storage that Optuna opens.
  package func writeOptuna(to path: String) throws {
    try OptunaExport.write(study.ledger.info, try study.ledger.trials(), to: path) { parameter in
      (study.definition.choices[parameter.name] ?? []).map(Self.node)
    }
  }

  /// Writes the study and its trials as MLflow keeps runs, in the folder `root`; gives the folder of the study's own.
  package func writeMLflow(to root: String) throws -> String {
    try StudyMLflow.write(study.ledger.info, try study.ledger.trials(), into: root) {
      study.definition.exact($0, $1)
    }
  }

  /// A value as JSON has it, lists and sections too.
  private static func whole(_ setting: Setting) -> JSONValue {
    switch setting {
    case .list(let items): .array(items.map(whole))
    case .section(let entries):
      .sorted(Dictionary(entries.map { ($0.key, whole($0.value)) }, uniquingKeysWith: { first, _ in first }))
    default: node(setting)
    }
  }

  /// A value as one that Optuna can choose.
  private static func node(_ setting: Setting) -> JSONValue {
    switch setting {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .real(let value): .real(value)
    case .string(let value): .string(value)
    case .list, .section: .string(setting.inlineYAML)
    }
  }
}

extension StudyDefinition {
  /// A value of a parameter, whole.
  func exact(_ parameter: String, _ value: Double) -> String { setting(parameter, value).inlineYAML }
}
