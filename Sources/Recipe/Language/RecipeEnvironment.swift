import Files

/// The environment's variables, with those of `.env` files behind them.
struct RecipeEnvironment: Sendable {
  private var variables: [String: String]

  init(variables: [String: String]) { self.variables = variables }

  subscript(name: String) -> String? { variables[name] }

  /// The names, sorted, for suggestions.
  var names: [String] { variables.keys.sorted() }

  /// Reads the nearest `.env` from each of `directories` upwards; a variable that is set stays as it is,
  /// and an earlier directory wins over a later one.
  mutating func readDotEnv(from directories: [String], problems: Problems) {
    var seen: [String] = []
    for directory in directories {
      guard let path = Self.nearestDotEnv(from: directory), !seen.contains(path.name) else { continue }
      seen.append(path.name)
      let source = SourceText(name: path.name, directory: directory, bytes: path.bytes)
      problems.register(source)
      for entry in DotEnv.parse(source, known: self, problems: problems) where variables[entry.name] == nil {
        variables[entry.name] = entry.value
      }
    }
  }

  mutating func set(_ name: String, _ value: String) { variables[name] = value }

  /// What is no readable file of a sensible size (a Python environment is a directory of this name) is passed over.
  private static func nearestDotEnv(from directory: String) -> (name: String, bytes: [UInt8])? {
    var directory = directory
    while true {
      let path = FilePaths.join(directory, ".env")
      if let bytes = try? SmallFile.read(path, limit: Limits.environmentBytes) { return (path, bytes) }
      if directory == "/" || directory.isEmpty { return nil }
      directory = FilePaths.parent(of: directory)
    }
  }
}
