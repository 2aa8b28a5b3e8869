import Files

/// Something that could be typed at a place.
struct CompletionItem {
  /// What it is, by the numbers of the protocol.
  enum Kind: Int {
    case module = 9
    case property = 10
    case value = 12
    case choice = 20
    case file = 17
    case reference = 18
    case field = 5
  }

  /// What is shown, and by what it is found as more is typed.
  var label: String
  var kind: Kind
  /// What is typed in place of the word; the label unless it is another.
  var inserted: String?
  /// A few words beside the label.
  var detail = ""
  /// Markdown.
  var help = ""

  /// As the protocol has it; `place` is its place in the list, `range` what it replaces.
  func json(_ place: Int, _ range: TextRange) -> JSONValue {
    let edit = JSONValue.object([("range", range.json), ("newText", .string(inserted ?? label))])
    let order = String(place)
    var members: [(key: String, value: JSONValue)] = [
      ("label", .string(label)), ("kind", .int(kind.rawValue)), ("textEdit", edit),
      // Clients sort by this text.
      ("sortText", .string(String(repeating: "0", count: max(0, 5 - order.utf8.count)) + order)),
    ]
    if !detail.isEmpty { members.append(("detail", .string(detail))) }
    if !help.isEmpty {
      let markdown = JSONValue.object([("kind", .string("markdown")), ("value", .string(help))])
      members.append(("documentation", markdown))
    }
    return .object(members)
  }
}
