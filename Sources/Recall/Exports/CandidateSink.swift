import Clicks
import Files
import Tables

/// Where candidates go, list by list.
///
/// Who adds a form writes one of these beside `CandidateWriter`, and a line in ``CandidateSinks``.
package protocol CandidateSink: AnyObject {
  /// How many candidates were written.
  var rowCount: Int { get }
  /// Appends the candidates of `lists`, list `u` for the user with the key `users[u]`, ranks from 1.
  /// - Parameter sources: where each item comes from, as `FusedLists.sources`, where there is a column for it.
  /// - Throws: `DataError` where writing fails; the file is then incomplete.
  func write(users: [Int64], lists: RankedLists, sources: [UInt8]?) throws
  /// Finishes the file.
  /// - Throws: `DataError` where the system reports that something was not written.
  func close() throws
}

/// Opens files for candidates, by their names.
package enum CandidateSinks {
  /// Endings that promise what no sink writes.
  private static let otherForms = [
    ".parquet.gz", ".parquet.zst", ".json", ".jsonl", ".ndjson", ".npy", ".npz", ".tsv", ".feather", ".arrow",
    ".avro", ".orc",
    ".bz2", ".xz",
    ".zip", ".lz4", ".7z", ".tar", ".db", ".sqlite", ".xlsx",
  ]

  /// Why no file called `name` can be written; nil where one can.
  package static func problem(_ name: String) -> String? {
    if PickleFile.isCalledSo(name) {
      return PickleFile.notWritten(
        "candidates",
        instead: "end the name with .parquet",
        reading: "pandas.read_parquet('…')"
      )
    }
    return otherForms.first(where: name.lowercased().hasSuffix).map {
      "candidates are written as CSV or Parquet, not as \($0); end the name with .csv, .csv.gz, .csv.zst or .parquet"
    }
  }

  /// Makes or overwrites the file at `path`.
  /// - Parameters:
  ///   - userNames: the names behind user keys, nil where keys are the ids; likewise `itemNames`.
  /// - Throws: `DataError` where the file cannot be made or written.
  package static func open(
    path: String,
    columns: CandidateWriter.Columns,
    userNames: [String]?,
    itemNames: [String]?,
    threads: Int
  ) throws -> any CandidateSink {
    if path.lowercased().hasSuffix(".parquet") {
      return try ParquetCandidateWriter(
        path: path,
        columns: columns,
        userNames: userNames,
        itemNames: itemNames,
        threads: threads
      )
    }
    return try CandidateWriter(
      path: path,
      columns: columns,
      userNames: userNames,
      itemNames: itemNames,
      threads: threads
    )
  }
}
