import Files

/// Where the columns of single files are kept between runs.
///
/// Both are called from several threads at once.
package protocol ColumnCache {
  /// What `unpack` makes of what is kept under `name`; nil where there is nothing, or nothing whole.
  func load<Value>(_ name: String, _ unpack: (Bundle) throws -> Value) -> Value?
  /// Keeps `bundle` under `name`, which says everything that it depends on.
  /// - Parameter seconds: what it took to make it.
  /// - Throws: where it cannot be kept.
  func store(_ name: String, _ bundle: Bundle, seconds: Double) throws
}

/// Under what name the columns of a file are kept.
enum ColumnCacheName {
  /// The name for `requests` of a file: its content, how it is read, and what reads it.
  ///
  /// All that a format and a request hold is in it, whatever they come to hold: the compiler's own description says every
  /// field, and fields that are renamed make a miss, never a wrong hit.
  static func name(
    of digest: Digest,
    path: String,
    format: TableFormat,
    requests: [ColumnRequest]
  ) -> String {
    // The ending may tell what a file is.
    let ending = FilePaths.name(of: path).split(separator: ".").dropFirst().suffix(2).joined(separator: ".")
    let columns = requests.map { "\($0.selector.kind) \(String(reflecting: $0))" }
    return (["columns \(TableReaders.revision)", "\(digest)", ending, String(reflecting: format)] + columns)
      .joined(separator: "\n")
  }
}

extension ColumnSelector {
  /// Column 3 and the column called 3 describe themselves alike.
  fileprivate var kind: String {
    switch self {
    case .name: "name"
    case .number: "number"
    }
  }
}
