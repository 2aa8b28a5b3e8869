import Files

/// A word of a command that a recipe names.
package struct CommandWord: Sendable, Equatable {
  /// The word as it was written.
  package var shown: String
  /// The file that it names, where there is one; nil for any other word.
  package var file: ResolvedPath?
}

extension Fields {
  /// A program and its arguments. A word that names a file beside the recipe stands for that file; the first one only where it
  /// has a slash, else it is a program of the system.
  package mutating func command(_ key: String, role: SettingRole = .compute, _ help: String) -> [CommandWord]
  {
    let directory = entry(key)?.value.directory ?? context.recipeDirectory
    let spec = FieldSpec(
      name: key,
      kind: .list(of: .string, count: 1...1000),
      role: role,
      help: help
    )
    let value = read(spec)
    let words = value.string.map { [$0] } ?? value.items.compactMap(\.string)
    return words.enumerated().map { place, word in
      let path = FilePaths.absolute(word, from: directory)
      let isFile = (place > 0 || word.contains("/")) && FilePaths.exists(path) && !FilePaths.isFolder(path)
      return CommandWord(shown: word, file: isFile ? ResolvedPath(shown: word, absolute: path) : nil)
    }
  }
}
