import Recipe
import Report

extension Plan {
  /// All settings by full name that are set to something, defaults filled in: `train.epochs` and its value as YAML.
  package var flatSettings: [ReportDocument.Fact] { cells.flatMap { $0.settings.flat(under: $0.id) } }
}

extension [SettingEntry] {
  /// Every value that is set to something, by its full name.
  func flat(under prefix: String) -> [ReportDocument.Fact] {
    flatMap { entry -> [ReportDocument.Fact] in
      let name = "\(prefix).\(entry.key)"
      switch entry.value {
      case .null: return []
      case .section(let inner): return inner.flat(under: name)
      default:
        // One place has one name, whatever folder it was written against.
        return [.init(name, entry.withPaths { $0 }.inline)]
      }
    }
  }
}
