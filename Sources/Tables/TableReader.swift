/// A table that columns are read from, whatever form its file has.
///
/// Who adds a form writes one of these beside `DelimitedReader`, and a line in ``TableReaders``, which chooses by what a file
/// is. All give the same typed columns, so that what is made of a table knows nothing of its form.
package protocol TableReader {
  /// The file as messages call it.
  var name: String { get }
  /// The names of the columns; their numbers, from 1, where it has none.
  var header: [String] { get }
  /// Looks whether the file is of the form it is read in, as far as its first bytes tell.
  /// - Throws: `DataError` that says what it looks like.
  func checkForm() throws
  /// The place, from 0, of the column that `selector` names.
  /// - Throws: `DataError` where there is no such column, or two; the message lists those there are.
  func index(of selector: ColumnSelector) throws -> Int
  /// The first rows, at most `count`, every field as text.
  /// - Throws: `DataError` where one cannot be read.
  func firstRows(_ count: Int) throws -> [[String]]
  /// The columns `requests` of all rows; one may be asked for more than once.
  /// - Throws: `DataError` that names the first row at fault; also where a column is missing and where there are no rows.
  func read(_ requests: [ColumnRequest]) throws -> TableColumns
  /// Where a row of what was read comes from: its file, and its place among the rows read of that, from 0.
  func origin(ofRow row: Int) -> (file: String, row: Int)
}

extension TableReader {
  /// The one file.
  package func origin(ofRow row: Int) -> (file: String, row: Int) { (name, row) }
}

/// What a file of a table is, and how it is written.
package struct TableFormat: Sendable, Hashable {
  /// Forms of tables.
  package enum Kind: String, CaseIterable, Sendable, Hashable {
    /// Told by the first bytes of the file, then by its ending.
    case auto
    /// Delimited text: a row a line.
    case csv
    /// JSON lines: an object a line.
    case jsonl
    /// Apache Parquet.
    case parquet
    /// Text with a user a line, and then the items of this user in the order of time; columns `user` and `item`.
    case sequences
    /// Text with the items of one session a line, in the order of time; columns `session` (the number of the line) and `item`.
    case sessions
    /// One JSON object, in which every key has a list of values; columns `key` and `values`.
    case json
  }

  /// What the file is.
  package var kind = Kind.auto
  /// How its text is written, of whatever form it is.
  package var encoding = TextEncoding.auto
  /// How its text is written, where it is delimited text or sequences.
  package var delimited = DelimitedFormat()

  /// A form told by the file itself, and text written with commas and a header where it is delimited.
  package init(
    kind: Kind = .auto,
    delimited: DelimitedFormat = DelimitedFormat(),
    encoding: TextEncoding = .auto
  ) {
    self.kind = kind
    self.encoding = encoding
    self.delimited = delimited
  }
}

/// A column of a file, by its name in the header or by its number from 1.
package enum ColumnSelector: Sendable, Hashable, CustomStringConvertible {
  /// The column with this name.
  case name(String)
  /// The column at this place, counted from 1.
  case number(Int)

  /// The name, or the number in digits.
  package var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): String(number)
    }
  }
}

/// What the fields of a column are read as.
package enum ColumnType: Sendable, Hashable {
  /// Whole numbers within Int64, which may be written as `12.0`; anything else is an error.
  case integer
  /// Decimal numbers as Double.
  case real
  /// Text ids: codes into the sorted distinct names.
  case name
  /// Integers where every field is one as a program writes it, names otherwise: `007`, `+7` and `7.0` are names, so that
  /// nothing is lost of them and they are not taken for each other.
  case integerOrName
  /// Likewise, and `-7` is a name too.
  case identifier
  /// Times: counts of any unit, or moments (`ColumnValues.moments`) where they are written as dates, as decimals, or where
  /// the file says what they are. All rows are of one of the two.
  case time
  /// Any number of names: lists as the file has them, or text cut at `separator`; names of which none is empty.
  case names(separator: UInt8?)
  /// As many numbers in every row: lists as the file has them, or text such as `[0.5, 1]` or `0.5 1`.
  case vector

  /// Whether one field that is no integer makes names of the column.
  var mayBeNames: Bool { self == .integerOrName || self == .identifier }

  /// Whether a row has any number of values.
  var isList: Bool {
    switch self {
    case .names, .vector: true
    default: false
    }
  }
}

/// What becomes of a row whose field is empty.
package enum EmptyFieldRule: Sendable, Hashable {
  /// It is an error that names the line.
  case fail
  /// The row is left out and counted.
  case dropRow
  /// The field counts as 0 (integer), NaN (real), ``ColumnValues/noTime`` or the empty name, which makes names of all of a
  /// column that may be names.
  case substitute
}

/// One column to read from a file.
package struct ColumnRequest: Sendable, Hashable {
  /// Which column.
  package var selector: ColumnSelector
  /// What its fields are read as.
  package var type: ColumnType
  /// What becomes of rows whose field is empty.
  package var empty: EmptyFieldRule
  /// Whether names that are not UTF-8 are taken for Latin-1, which is right for text that people read and wrong for ids;
  /// else they are an error.
  package var allowsLatin1 = false
  /// What times count where they are written as decimals; nil to tell it by their size.
  package var timeUnit: TimeUnit?

  /// Asks for the column `selector` as `type`; an empty field is an error unless `empty` says otherwise.
  package init(_ selector: ColumnSelector, as type: ColumnType, empty: EmptyFieldRule = .fail) {
    self.selector = selector
    self.type = type
    self.empty = empty
  }
}

/// The values of one column, one for each row.
package enum ColumnValues: Sendable, Equatable {
  /// Whole numbers.
  case integers([Int64])
  /// Decimal numbers.
  case reals([Double])
  /// `codes[row]` is the place of the row's name in `names`, which are distinct and sorted by their bytes.
  case names(codes: [Int32], names: [String])
  /// Moments, in ticks of the unit since 1970: of units the coarsest that loses nothing; ``noTime`` where a field is empty.
  case moments([Int64], TimeUnit)
  /// `codes[offsets[row]..<offsets[row + 1]]` are the places of the row's names in `names`, in the order of the file; names
  /// are distinct and sorted by their bytes; `offsets` has one element more than there are rows.
  case lists(offsets: [Int], codes: [Int32], names: [String])
  /// `width` numbers a row, `[rows, width]`.
  case vectors([Float], width: Int)

  /// What stands for an empty field among times (``EmptyFieldRule/substitute``).
  package static let noTime = Int64.min

  /// The number of rows.
  package var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    case .names(let codes, _): codes.count
    case .moments(let values, _): values.count
    case .lists(let offsets, _, _): offsets.count - 1
    case .vectors(let values, let width): width == 0 ? 0 : values.count / width
    }
  }

  /// The values of chosen rows, in their order.
  package func rows(_ rows: [Int]) -> ColumnValues {
    switch self {
    case .integers(let values): return .integers(rows.map { values[$0] })
    case .reals(let values): return .reals(rows.map { values[$0] })
    case .names(let codes, let names): return .names(codes: rows.map { codes[$0] }, names: names)
    case .moments(let values, let unit): return .moments(rows.map { values[$0] }, unit)
    case .lists(let offsets, let codes, let names):
      var chosen: (offsets: [Int], codes: [Int32]) = ([0], [])
      for row in rows {
        chosen.codes += codes[offsets[row]..<offsets[row + 1]]
        chosen.offsets.append(chosen.codes.count)
      }
      return .lists(offsets: chosen.offsets, codes: chosen.codes, names: names)
    case .vectors(let values, let width):
      return .vectors(rows.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width)
    }
  }
}

/// What was read of a table.
package struct TableColumns: Sendable, Equatable {
  /// The columns in the order in which they were asked for.
  package var columns: [ColumnValues]
  /// The number of rows in each of them.
  package var rows: Int
  /// How many rows were left out because a field was empty (`EmptyFieldRule.dropRow`).
  package var droppedRows: Int
  /// For each column that could have been integers and is not, the first field that is none.
  package var namesSince: [String?]
}
