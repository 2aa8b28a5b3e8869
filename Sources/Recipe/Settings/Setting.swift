/// A setting after reading, with defaults filled in; what it holds keeps the order of declaration.
package indirect enum Setting: Sendable, Equatable {
  /// Not set.
  case null
  /// A switch.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A number.
  case real(Double)
  /// A text.
  case string(String)
  /// Several values.
  case list([Setting])
  /// Settings under names.
  case section([SettingEntry])

  /// The value under a dotted path such as `data.dir`, nil where there is none.
  package subscript(path: String) -> Setting? {
    var value = self
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard case .section(let entries) = value, let entry = entries.first(where: { $0.key == part }) else {
        return nil
      }
      value = entry.value
    }
    return value
  }
}
