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
    reader = try TableReaders.open(path: path, threads: threads)
    hasTimes = saved.clock.last > saved.clock.origin || !saved.model.shape.timeWidths.isEmpty
    let empty: EmptyFieldRule = form.dropsIncompleteRows ? .dropRow : .fail
    let takesTime = hasTimes || form.filters.contains { $0.column == .time }
    let ids = [form.user ?? .name(saved.columns.user), form.item ?? .name(saved.columns.item)]
    for id in ids { requests.append(ColumnRequest(try column(id, path), as: .name, empty: empty)) }
    if takesTime {
      let hint = " (or name it with --time-column)"
      let selector = try column(form.time ?? .name("time"), path, hint)
      time = add(ColumnRequest(selector, as: .time, empty: empty))
    }
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
    var type = ColumnType.integerOrName
    if case .isOneOf(let wanted) = filter.condition, wanted.contains(where: { Double($0) == nil }) {
      type = .name
    }
    let place = add(ColumnRequest(selector, as: type, empty: .substitute))
    filtered.append((name, place))
  }

  private func column(_ selector: ColumnSelector, _ path: String, _ hint: String = "") throws
    -> ColumnSelector
  {
    if let selector = reader.column(selector) { return selector }
    throw DataError(
      "new clicks need a column '\(selector)', as the log of the model has it\(hint); the columns are "
        + reader.header.joined(separator: ", "),
      file: path,
      line: 1
    )
  }
}

extension TableReader {
  /// A column as it is to be asked for; nil where there is none. Without a header columns are called by their numbers.
  func column(_ selector: ColumnSelector) -> ColumnSelector? {
    if (try? index(of: selector)) != nil { return selector }
    guard case .name(let name) = selector, header.contains(name), let number = Int(name) else { return nil }
    return .number(number)
  }
}
