import Clicks
import Tables

/// Requests out of a file, a row each: the columns `user` or `history` or both, `time`, and any columns of the context.
package struct RequestTable {
  /// The requests, in the order of the file.
  package private(set) var requests: [RecommendRequest]

  /// Reads the file at `path` for a model.
  ///
  /// Of a history the newest click stands last; ids are parted by blanks or commas, where the file has no lists. Times
  /// count what the model's log does, or are moments where the file says so; what is empty is not said.
  /// - Throws: `DataError` where it cannot be read, or has a column that no request has.
  package init(path: String, for facts: Recommender.Facts, threads: Int) throws {
    let reader = try TableReaders.open(path: path, threads: threads)
    let header = reader.header
    let user = ["user", facts.columns.user].first(where: header.contains)
    let history = header.contains("history") ? "history" : nil
    guard user != nil || history != nil else {
      throw DataError(
        "requests need a column 'user' or 'history'; the columns are \(header.joined(separator: ", "))",
        file: path,
        line: 1
      )
    }
    let time = header.contains("time") ? "time" : nil
    let contexts = facts.contexts.filter(header.contains)
    let known = [user, history, time].compactMap { $0 } + contexts
    if let other = header.first(where: { !known.contains($0) }) {
      throw DataError(
        "requests have no column '\(other)'; they have user, history, time"
          + facts.contexts.map { ", \($0)" }.joined(),
        file: path,
        line: 1
      )
    }
    var asked: [ColumnRequest] = []
    if let user { asked.append(ColumnRequest(.name(user), as: .name, empty: .substitute)) }
    if let history {
      asked.append(
        ColumnRequest(.name(history), as: .names(separator: UInt8(ascii: " ")), empty: .substitute)
      )
    }
    if let time { asked.append(ColumnRequest(.name(time), as: .time, empty: .substitute)) }
    asked += contexts.map { ColumnRequest(.name($0), as: .name, empty: .substitute) }
    let table = try reader.read(asked)
    var columns = table.columns[...]
    let users = user.flatMap { _ in columns.popFirst() }
    let histories = history.flatMap { _ in columns.popFirst() }
    let times = try time.flatMap { _ in columns.popFirst() }.map { try Self.times($0, facts, path) }
    requests = []
    requests.reserveCapacity(table.rows)
    for row in 0..<table.rows {
      var request = RecommendRequest()
      request.user = users.map { Self.text($0, row) }.flatMap { $0.isEmpty ? nil : $0 }
      // A user's row without a history takes what the model keeps of them.
      let clicks = histories.map { Self.list($0, row) }
      request.history = clicks.flatMap { $0.isEmpty && request.user != nil ? nil : $0 }
      request.time = times.flatMap { $0[row] }
      for (name, column) in zip(contexts, columns) {
        let value = Self.text(column, row)
        if !value.isEmpty { request.contexts[name] = value }
      }
      requests.append(request)
    }
  }

  /// Gives all requests what `template` says of items.
  package mutating func set(_ template: RecommendRequest) {
    for row in requests.indices {
      requests[row].k = template.k
      requests[row].seen = template.seen
      requests[row].allow = template.allow
      requests[row].block = template.block
    }
  }

  private static func text(_ column: ColumnValues, _ row: Int) -> String {
    guard case .names(let codes, let names) = column else { return "" }
    return names[Int(codes[row])]
  }

  private static func list(_ column: ColumnValues, _ row: Int) -> [String] {
    guard case .lists(let offsets, let codes, let names) = column else { return [] }
    return codes[offsets[row]..<offsets[row + 1]].flatMap { code in
      names[Int(code)].split(separator: ",").map(String.init)
    }
  }

  private static func times(_ column: ColumnValues, _ facts: Recommender.Facts, _ path: String) throws
    -> [Int64?]
  {
    switch column {
    case .integers(let values): return values.map { $0 == ColumnValues.noTime ? nil : $0 }
    case .moments(let values, let unit):
      return try values.map { value in
        guard value != ColumnValues.noTime else { return nil }
        let scaled = Double(value) / Double(unit.ticksPerSecond) * Double(facts.unit.ticksPerSecond)
        guard let time = Int64(exactly: scaled.rounded(.down)) else {
          throw DataError("a time of \(value) \(unit.words) is beyond what the model counts", file: path)
        }
        return time
      }
    default: throw DataError("the column 'time' holds no times", file: path)
    }
  }
}
