import Clicks
import Tables

/// A column as MIND has it: all items that were shown in one field, each with `-1` behind it where it was clicked and else with
/// `-0`.
struct MarkedClicks {
  private let look: TableLook
  private let column: Int

  /// Nil where a log has no such column, or another one that is called as items are.
  init?(_ look: TableLook) {
    guard look.guess.column(.item)?.isNamed != true,
      let column = look.header.indices.first(where: { Self.isMarked(look.sample($0)) })
    else { return nil }
    (self.look, self.column) = (look, column)
  }

  /// Whether most of the values are several words that all end in -0 or -1.
  private static func isMarked(_ values: [String]) -> Bool {
    let marked = values.count { value in
      let words = value.split(separator: " ")
      return words.count > 1 && words.allSatisfy { $0.hasSuffix("-0") || $0.hasSuffix("-1") }
    }
    return 2 * marked > values.count
  }

  /// What is to be done first.
  var error: DataError {
    DataError(
      "\(quotedBytes(look.header[column].utf8)) holds what was shown, with 1 behind what was clicked, as MIND has it; make a row "
        + "of each click first: \(code)",
      file: look.source.name
    )
  }

  /// A line of Python that writes a row for each click.
  private var code: String {
    let path = Self.quoted(look.source.files[0].name)
    let delimiter = Self.quoted(look.form.delimited.delimiterText)
    let isOfMIND = !look.hasNames && look.header.count == 5 && column == 4
    let table: String
    switch look.form.kind {
    case .parquet: table = "pd.read_parquet(\(path))"
    case .jsonl: table = "pd.read_json(\(path), lines=True)"
    case _ where look.hasNames: table = "pd.read_csv(\(path), sep=\(delimiter))"
    case _ where isOfMIND:
      table =
        "pd.read_csv(\(path), sep=\(delimiter), names=['id', 'user', 'time', 'history', 'shown'], parse_dates=['time'])"
    default: table = "pd.read_csv(\(path), sep=\(delimiter), header=None).add_prefix('c')"
    }
    let shown = Self.quoted(look.hasNames ? look.header[column] : isOfMIND ? "shown" : "c\(column)")
    let steps = [
      "import pandas as pd", "t = \(table)",
      "t = t.assign(item=t[\(shown)].str.split()).explode('item', ignore_index=True)",
      "t = t[t['item'].str.endswith('-1', na=False)]",
      "t.assign(item=t['item'].str[:-2]).drop(columns=\(shown)).to_csv('clicks.csv', index=False)",
    ]
    return steps.joined(separator: "; ")
  }

  /// Text as Python has it in single quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = ""
    for letter in text {
      switch letter {
      case "\\": quoted += "\\\\"
      case "'": quoted += "\\'"
      case "\t": quoted += "\\t"
      default: quoted.append(letter)
      }
    }
    return "'\(quoted)'"
  }
}
