import Files
import Glibc

extension Fields {
  /// A path, relative to the directory of the file it is written in; one from the command line or the
  /// environment is relative to the current directory. `~/` is the home directory.
  ///
  /// Where nothing is written, the environment variable (or `.env` entry) `defaultEnvironment` is asked, then
  /// `default` is taken, relative to the recipe. Null, or no default, is nil.
  package mutating func path(
    _ key: String,
    default value: String?,
    defaultEnvironment: String? = nil,
    isSearchedFor: Bool = false,
    role: SettingRole = .compute,
    _ help: String
  ) -> ResolvedPath? {
    let spec = FieldSpec(
      name: key,
      kind: .path,
      defaultValue: value.map { .string($0) } ?? .null,
      defaultEnvironment: defaultEnvironment,
      isOptional: true,
      role: role,
      help: help
    )
    if entry(key) == nil, let defaultEnvironment,
      let shown = context.environment[defaultEnvironment], !shown.isEmpty
    {
      record(spec)
      let path = resolved(shown, against: context.currentDirectory)
      settings.append(SettingEntry(key, .string(shown), origin: .environment, role: role))
      settings[settings.count - 1].absolutePaths = [path.absolute]
      return path
    }
    let directory = entry(key)?.value.directory ?? context.recipeDirectory
    let path = read(spec).string.map { resolved($0, against: directory) }
    if let last = settings.indices.last, settings[last].key == key {
      let isElsewhere = isSearchedFor && path.map { access($0.absolute, F_OK) != 0 } ?? false
      settings[last].absolutePaths = isElsewhere ? [] : path.map { [$0.absolute] } ?? []
    }
    return path
  }

  /// Paths of data files, each of which may be a pattern with wildcards; one may be written without a list, and is recorded
  /// so. None where nothing or null is written. They are relative as one ``path(_:default:defaultEnvironment:role:_:)`` is.
  /// - Parameter isSearchedFor: whether what is not there is looked for elsewhere, so that it stays as it was written.
  package mutating func dataPaths(
    _ key: String,
    isSearchedFor: Bool = false,
    role: SettingRole = .compute,
    _ help: String
  ) -> [ResolvedPath] {
    let directory = entry(key)?.value.directory ?? context.recipeDirectory
    let kind = FieldKind.list(of: .path, count: 1...Int.max)
    let spec = FieldSpec(
      name: key,
      kind: kind,
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    let paths = readOneOrMore(spec).map { resolved($0, against: directory) }
    settings[settings.count - 1].absolutePaths = paths.map { path in
      isSearchedFor && !DataFiles.hasAny(path.absolute) ? nil : path.absolute
    }
    return paths
  }

  private func resolved(_ shown: String, against directory: String) -> ResolvedPath {
    var path = shown
    if shown == "~" || shown.hasPrefix("~/"), let home = context.environment["HOME"] {
      path = home + shown.dropFirst()
    }
    return ResolvedPath(shown: shown, absolute: FilePaths.absolute(path, from: directory))
  }
}
