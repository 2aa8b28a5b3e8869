/// A pass that goes back: what was computed is kept for it.
struct TrainingPass {
  /// Where dropout's masks come from; nil for no dropout.
  var dropout: DropoutKey?
}

/// The inputs of one tower for a block of rows. Nothing is owned; a tower reads what it needs.
struct RowInputs {
  /// Which id of a row.
  enum Column: Sendable {
    case user, item, category
    /// The row in the table of pretrained vectors.
    case vector
    /// The code in a column of the request's context.
    case context(Int)
    /// The code in a categorical column of the item, or of the user.
    case code(Int)
  }

  /// Which number of a row.
  enum Line: Sendable {
    /// The time of the request, in hours.
    case requestTime
    /// The place in a numeric column of the item, or of the user.
    case place(Int)
  }

  /// User numbers, `[rows]`.
  var users: UnsafePointer<Int32>?
  /// Item numbers, `[rows]`.
  var items: UnsafePointer<Int32>?
  /// Category numbers, `[rows]`.
  var categories: UnsafePointer<Int32>?
  /// Codes of the request's context, column after column, `contextStride` apart.
  var contexts: UnsafePointer<Int32>?
  /// The distance between two columns of `contexts`.
  var contextStride = 0
  /// The time of the request, in hours since the first training click, `[rows]`.
  var hours: UnsafePointer<Float>?
  /// Codes of the categorical columns of items, or of users, column after column, `stride` apart.
  var codes: UnsafePointer<Int32>?
  /// Places of the numeric columns and, behind them, of the items' ages, likewise.
  var places: UnsafePointer<Float>?
  /// The distance between two columns of `codes`, and of `places`.
  var stride = 0
  /// The bags of each multi-valued column of items, or of users, one a row.
  var bags: [BagRows] = []
  /// The rows of items in the table of pretrained vectors, `[rows]`; 0 for none.
  var vectorRows: UnsafePointer<Int32>?
  /// Bags of the item itself, empty in rows whose item's own embedding is left out; nil where none is.
  var ownItems: BagRows?
  /// Click histories, one window a row.
  var histories: HistoryPointers?
  /// What a step of training needs besides; nil where vectors alone are asked for.
  var training: TrainingPass?
  /// The number of rows.
  var count: Int
  /// Where these rows begin in what they are a part of.
  private(set) var firstRow = 0

  /// Makes the inputs of `count` rows.
  init(
    count: Int,
    users: UnsafePointer<Int32>? = nil,
    histories: HistoryPointers? = nil,
    items: UnsafePointer<Int32>? = nil,
    categories: UnsafePointer<Int32>? = nil
  ) {
    self.count = count
    self.users = users
    self.histories = histories
    self.items = items
    self.categories = categories
  }

  /// The rows in `range`.
  func rows(_ range: Range<Int>) -> RowInputs {
    var part = self
    part.count = range.count
    part.firstRow += range.lowerBound
    part.users = users.map { $0 + range.lowerBound }
    part.histories = histories?.advanced(by: range.lowerBound)
    part.items = items.map { $0 + range.lowerBound }
    part.categories = categories.map { $0 + range.lowerBound }
    part.contexts = contexts.map { $0 + range.lowerBound }
    part.hours = hours.map { $0 + range.lowerBound }
    part.codes = codes.map { $0 + range.lowerBound }
    part.places = places.map { $0 + range.lowerBound }
    if !bags.isEmpty { part.bags = bags.map { $0.advanced(by: range.lowerBound) } }
    part.vectorRows = vectorRows.map { $0 + range.lowerBound }
    part.ownItems = ownItems?.advanced(by: range.lowerBound)
    return part
  }

  /// The ids of a column.
  func ids(_ column: Column) -> UnsafePointer<Int32> {
    let ids =
      switch column {
      case .user: users
      case .item: items
      case .category: categories
      case .vector: vectorRows
      case .context(let column): contexts.map { $0 + column * contextStride }
      case .code(let column): codes.map { $0 + column * stride }
      }
    guard let ids else { preconditionFailure("a tower's inputs hold the ids it reads") }
    return ids
  }

  /// The bags of a multi-valued column.
  func bags(_ column: Int) -> BagRows {
    guard bags.indices.contains(column) else {
      preconditionFailure("a tower's inputs hold the bags it reads")
    }
    return bags[column]
  }

  /// The histories.
  var windows: HistoryPointers {
    guard let histories else { preconditionFailure("a tower's inputs hold the histories it reads") }
    return histories
  }

  /// The numbers on a line.
  func numbers(_ line: Line) -> UnsafePointer<Float> {
    let numbers =
      switch line {
      case .requestTime: hours
      case .place(let column): places.map { $0 + column * stride }
      }
    guard let numbers else { preconditionFailure("a tower's inputs hold the numbers it reads") }
    return numbers
  }

  /// The number of clicks in all windows.
  var clickCount: Int {
    guard let histories else { return 0 }
    var clicks = 0
    for row in 0..<count { clicks += Int(histories.ends[row] - histories.starts[row]) }
    return clicks
  }
}
