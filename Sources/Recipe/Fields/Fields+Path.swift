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
      settings[settings.count - 1].absolutePath = path.absolute
      return path
    }
    let directory = entry(key)?.value.directory ?? context.recipeDirectory
    let path = read(spec).string.map { resolved($0, against: directory) }
    if let last = settings.indices.last, settings[last].key == key {
      let isElsewhere = isSearchedFor && path.map { access($0.absolute, F_OK) != 0 } ?? false
      settings[last].absolutePath = isElsewhere ? nil : path?.absolute
    }
    return path
  }

  private func resolved(_ shown: String, against directory: String) -> ResolvedPath {
    var path = shown
    if shown == "~" || shown.hasPrefix("~/"), let home = context.environment["HOME"] {
      path = home + shown.dropFirst()
    }
    return ResolvedPath(shown: shown, absolute: FilePaths.absolute(path, from: directory))
  }
}
