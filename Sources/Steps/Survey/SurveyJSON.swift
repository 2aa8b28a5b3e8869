import Clicks
import Files
import Tables

extension TableSurvey {
  /// All that is known of a file, for programs; `name` is the file as the user called it.
  package func json(name: String) -> JSONValue {
    .object([
      ("file", .string(name)),
      ("bytes", .int(form.size)),
      ("form", .string(form.kind.rawValue)),
      ("compression", form.compression.map { .string($0.lowercased()) } ?? .null),
      ("encoding", form.kind == .parquet ? .null : .string(form.isLatin1 ? "latin-1" : "utf-8")),
      ("delimiter", isText ? .string(form.delimited.delimiterText) : .null),
      ("header", form.kind == .csv ? .bool(form.delimited.hasHeader) : .null),
      ("rows", .int(rows)),
      ("doubled_rows", .int(doubledRows)),
      ("columns", .array(columns.map(\.json))),
      ("clicks", clicks.map { json(of: $0) } ?? .null),
    ])
  }

  private var isText: Bool { [.csv, .sequences, .sessions].contains(form.kind) }

  private func json(of clicks: ClickSurvey) -> JSONValue {
    func column(_ role: ColumnGuess.Role) -> JSONValue {
      guess.column(role).map { .string($0.name) } ?? .null
    }
    return .object([
      ("user", column(.user)), ("item", column(.item)), ("time", column(.time)),
      ("users", clicks.users.json), ("items", clicks.items.json),
      ("incomplete_rows", .int(clicks.incompleteRows)),
      ("repeated_clicks", .int(clicks.repeatedPairs)),
      ("tied_clicks", clicks.tiedClicks.map { .int($0) } ?? .null),
      ("in_order_of_time", clicks.isInOrder.map { .bool($0) } ?? .null),
    ])
  }
}

extension ColumnProfile {
  fileprivate var json: JSONValue {
    .object([
      ("name", .string(name)), ("number", .int(number)), ("type", .string(kind.rawValue)),
      ("empty", .int(empty)), ("distinct", .int(distinct)),
      ("least", value(least)), ("greatest", value(greatest)),
      ("unit", unit.map { .string($0.rawValue) } ?? .null),
      ("first", moment(least)), ("last", moment(greatest)),
      ("separator", parts.map { .string(String(UnicodeScalar($0.separator))) } ?? .null),
      ("parts", parts.map { .int($0.distinct) } ?? .null),
      ("examples", .array(examples.map { .string($0) })),
      ("frequent", .array(frequent.map(\.json))),
      ("problem", problem.map { .string($0) } ?? .null),
    ])
  }

  private func value(_ text: String?) -> JSONValue {
    guard let text else { return .null }
    return Int(text).map { .int($0) } ?? Double(text).map { .real($0) } ?? .string(text)
  }

  private func moment(_ text: String?) -> JSONValue {
    guard let unit, let ticks = text.flatMap(Int64.init) else { return .null }
    return .string(UTCTime.iso8601(Double(ticks) / Double(unit.ticksPerSecond)))
  }
}

extension ColumnProfile.Frequency {
  fileprivate var json: JSONValue { .object([("value", .string(value)), ("count", .int(count))]) }
}

extension ClickSurvey.Side {
  fileprivate var json: JSONValue {
    .object([
      ("count", .int(count)), ("fewest", .int(least)), ("median", .real(median)), ("most", .int(greatest)),
      ("with_most", .array(most.map(\.json))),
    ])
  }
}
