import Recipe

extension Setting {
  /// The setting as YAML on one line.
  var inline: String {
    let lines = yaml().split(separator: "\n")
    return lines.count == 1 ? String(lines[0]) : lines.joined(separator: " ")
  }
}
