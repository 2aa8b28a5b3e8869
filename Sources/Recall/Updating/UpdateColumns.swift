import Clicks
import Tables

/// The columns of a file of new clicks that go into a saved model: users, items, and what else it keeps of a click or picks
/// clicks by.
struct UpdateColumns {
  let reader: any TableReader
  /// What is read: users, items, and the columns at the places below.
  private(set) var requests: [ColumnRequest] = []
  /// Whether the model keeps the times of clicks.
  let hasTimes: Bool
  /// Whether users are sessions, which a file numbers by its lines.
  let areSessions: Bool
  /// The place of the times; nil where nothing takes them.
  private(set) var time: Int?
  /// The place of each column of the model's context; nil for one that the file lacks.
  private(set) var contexts: [Int?] = []
  /// The places of events and ratings.
  private(set) var worth = 0..<0
  /// The columns that filters look at, and their places.
  private var filtered: [(name: String, place: Int)] = []

  /// Opens the file at `path` and finds the columns.
  /// - Throws: `DataError` where the file cannot be read or lacks one that there must be.
  init(path: String, for saved: SavedModel, _ form: LogForm, threads: Int) throws {
    hasTimes = saved.clock.last > saved.clock.origin || !saved.model.shape.timeWidths.isEmpty
    let takesTime = hasTimes || form.filters.contains { $0.column == .time }
    let (user, item) = (saved.columns.user, saved.columns.item)
    let wanted =
      [
        UpdateFile.Wanted(own: form.user ?? .name(user), name: user),
        UpdateFile.Wanted(own: form.item ?? .name(item), name: item),
      ] + (takesTime ? [UpdateFile.Wanted(own: form.time ?? .name("time"), name: "time")] : [])
    let file = try UpdateFile(
      path: path,
      form.format,
      wanted,
      isOwnAlone: form.worth.hasNumbers,
      threads: threads
    ) { Self.missing($0, $1, form, $2) }
    reader = file.reader
    areSessions = file.isOwn && form.format.kind == .sessions
    let empty: EmptyFieldRule = form.dropsIncompleteRows ? .dropRow : .fail
    for id in file.columns.prefix(2) { requests.append(ColumnRequest(id, as: .name, empty: empty)) }
    if takesTime { time = add(ColumnRequest(file.columns[2], as: .time, empty: empty)) }
    for column in saved.contexts {
      var place: Int?
      if let selector = reader.column(.name(column.name)) {
        place = add(ColumnRequest(selector, as: .name, empty: .substitute))
      }
      contexts.append(place)
    }
    let start = requests.count
    if let event = form.worth.event { add(ColumnRequest(event, as: .name, empty: .substitute)) }
    if let rating = form.worth.rating { add(ColumnRequest(rating, as: .real, empty: .substitute)) }
    worth = start..<requests.count
    for filter in form.filters { try take(filter, path) }
  }

  /// What filters are asked: users, items, times and the columns that they look at.
  func log(of table: TableColumns, _ times: [Int64]?, _ unit: TimeUnit) -> ClickLog {
    func keys(_ column: ColumnValues) -> (keys: [Int64], names: [String]?) {
      guard case .names(let codes, let names) = column else { return ([], nil) }
      return (codes.map { Int64($0) }, names)
    }
    let (users, items) = (keys(table.columns[0]), keys(table.columns[1]))
    return ClickLog(
      users: users.keys,
      items: items.keys,
      times: times,
      timeUnit: unit,
      extras: filtered.map { LogColumn(name: $0.name, values: table.columns[$0.place]) },
      userNames: users.names,
      itemNames: items.names
    )
  }

  @discardableResult
  private mutating func add(_ request: ColumnRequest) -> Int {
    requests.append(request)
    return requests.count - 1
  }

  /// Numbers are compared as numbers where all values of the condition are some; else fields are text, as they would be in a
  /// log in which one is none.
  private mutating func take(_ filter: RowFilter, _ path: String) throws {
    guard case .extra(let name) = filter.column, !filtered.contains(where: { $0.name == name }) else {
      return
    }
    guard let selector = reader.column(.name(name)) else {
      throw DataError(
        "new clicks need a column '\(name)', by which 'split.filter' of the model's recipe picks clicks; the columns are "
          + reader.header.joined(separator: ", "),
        file: path,
        line: 1
      )
    }
    // A column is read as one type: ratings and times are compared as they are.
    let index = try reader.index(of: selector)
    let twin = try requests.firstIndex { request in
      try [.real, .time].contains(request.type) && reader.index(of: request.selector) == index
    }
    if let twin { return filtered.append((name, twin)) }
    var type = ColumnType.integerOrName
    if case .isOneOf(let wanted) = filter.condition, wanted.contains(where: { Double($0) == nil }) {
      type = .name
    }
    let place = add(ColumnRequest(selector, as: type, empty: .substitute))
    filtered.append((name, place))
  }

  /// What is wrong with a file that lacks a user, an item or a time.
  private static func missing(_ place: Int, _ selector: ColumnSelector, _ form: LogForm, _ header: [String])
    -> String
  {
    let named = [form.user, form.item, form.time][place]
    // Of a name that the log does not have it is not said that it has it.
    let whose =
      switch (place, named == selector) {
      case (2, true) where form.isTimeGiven: ", as --time-column says"
      case (_, true):
        ", as the log of the model has it" + (place == 2 ? " (or name it with --time-column)" : "")
      case (2, false): " of times (or name it with --time-column)"
      case (_, false): ", as the model's candidates call it"
      }
    let column = if case .number(let number) = selector { "\(number)" } else { "'\(selector)'" }
    return "new clicks need a column \(column)\(whose); the columns are \(header.joined(separator: ", "))"
  }
}

extension ClickWorthOptions {
  /// Whether events or ratings are in columns that are named by their numbers.
  fileprivate var hasNumbers: Bool {
    [event, rating].contains { if case .number? = $0 { true } else { false } }
  }
}
