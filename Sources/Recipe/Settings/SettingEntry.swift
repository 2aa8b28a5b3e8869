/// One named setting: its value, where that came from, and whose cache keys it belongs to.
package struct SettingEntry: Sendable, Equatable {
  /// The name, as written in recipes.
  package var key: String
  /// The value, a default where nothing was written.
  package var value: Setting
  /// Where the value came from.
  package var origin: SettingOrigin
  /// Whose cache keys it is part of.
  package var role: SettingRole
  /// Where its key was written, nil for a default.
  package var place: Place?
  /// For a path, or each of several: where it leads, absolute; nil for what is looked for elsewhere. Empty for anything else.
  package var absolutePaths: [String?] = []

  /// A setting; by default a computing one that nobody wrote.
  package init(
    _ key: String,
    _ value: Setting,
    origin: SettingOrigin = .default,
    role: SettingRole = .compute,
    place: Place? = nil
  ) {
    self.key = key
    self.value = value
    self.origin = origin
    self.role = role
    self.place = place
  }

  /// The value, with `change` made to where its paths lead in place of the paths as they were written.
  package func withPaths(_ change: (String) -> String) -> Setting {
    switch value {
    case .string where absolutePaths.count == 1: absolutePaths[0].map { .string(change($0)) } ?? value
    case .list(let items) where items.count == absolutePaths.count:
      .list(zip(items, absolutePaths).map { item, path in path.map { .string(change($0)) } ?? item })
    default: value
    }
  }
}

/// Where a setting's value came from.
package enum SettingOrigin: String, Sendable {
  /// Nothing was written: the step's default.
  case `default`
  /// The recipe, or one it extends.
  case recipe
  /// The command line.
  case override
  /// An environment variable or `.env`.
  case environment
}

/// Whose cache keys a setting is part of.
package enum SettingRole: String, Sendable, CaseIterable {
  /// It changes what the step computes: part of the step's own key.
  case compute
  /// It changes how the result is used: only in the keys of steps that read the artifact, as `ef_search`.
  case use
  /// It changes only what is shown: in no key.
  case presentation

  /// The role of a section: the strongest of what it holds, computing where it holds nothing.
  static func strongest(_ roles: [SettingRole]) -> SettingRole {
    if roles.isEmpty || roles.contains(.compute) { return .compute }
    return roles.contains(.use) ? .use : .presentation
  }
}
