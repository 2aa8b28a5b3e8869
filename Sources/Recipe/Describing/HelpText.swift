/// The help of a step: its summary, then a line a setting with key, type, default, range and help in columns;
/// settings inside a section are indented. A newline at the end.
package func helpText(for step: StepDeclaration) -> String {
  var rows = [["key", "type", "default", "range", "help"]]
  addRows(step.fields, indent: "", to: &rows)
  let head = "\(step.name): \(step.summary)\n"
  return step.fields.isEmpty ? head : head + "\n" + aligned(rows)
}

private func addRows(_ fields: [FieldSpec], indent: String, to rows: inout [[String]]) {
  for field in fields {
    rows.append([indent + field.name, field.type, field.defaultText, field.range ?? "", field.help])
    addRows(field.fields, indent: indent + "  ", to: &rows)
  }
}

/// Columns two blanks apart; the last one is as long as it is.
private func aligned(_ rows: [[String]]) -> String {
  let columns = rows.first?.count ?? 0
  let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  var text = ""
  for row in rows {
    var line = " "
    for (column, cell) in row.enumerated() {
      let isLast = column == columns - 1
      line += " " + cell + String(repeating: " ", count: isLast ? 0 : widths[column] - cell.count + 1)
    }
    while line.last == " " { line.removeLast() }
    text += line + "\n"
  }
  return text
}
