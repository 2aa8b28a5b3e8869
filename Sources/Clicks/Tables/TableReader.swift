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
}

/// Opens tables.
package enum TableReaders {
  /// The table in the file at `path`.
  /// - Parameters:
  ///   - name: what messages call it; its path if nil.
  ///   - format: how it is written, where it is delimited text.
  /// - Throws: `DataError` where the file is missing, unreadable, damaged, or of no form that is read.
  package static func open(
    path: String,
    name: String? = nil,
    format: DelimitedFormat = DelimitedFormat(),
    threads: Int = 1
  ) throws -> any TableReader {
    try DelimitedReader(path: path, name: name, format: format, threads: threads)
  }

  /// The same, as far as the first bytes of the file go: for its columns and first rows.
  package static func head(path: String, name: String? = nil, format: DelimitedFormat = DelimitedFormat())
    throws
    -> any TableReader
  {
    try DelimitedReader.head(path: path, name: name, format: format)
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

  /// Whether one field that is no integer makes names of the column.
  var mayBeNames: Bool { self == .integerOrName || self == .identifier }
}

/// What becomes of a row whose field is empty.
package enum EmptyFieldRule: Sendable, Hashable {
  /// It is an error that names the line.
  case fail
  /// The row is left out and counted.
  case dropRow
  /// The field counts as 0 (integer), NaN (real) or the empty name.
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

  /// The number of rows.
  package var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    case .names(let codes, _): codes.count
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
