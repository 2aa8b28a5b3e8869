import Files
import Recipe

/// One part of the document that a benchmark prints.
package enum BenchmarkSection: String, CaseIterable, Sendable, Equatable {
  /// A run from a cold cache, cell by cell, against the limits of the machine.
  case stages
  /// Training in Float32 and in bfloat16, side by side.
  case precision
  /// Exact search of many queries, beside Debian's FAISS.
  case search
  /// Reading the click log.
  case csv
  /// Reading the same log as JSON lines and as Parquet, beside Python's readers.
  case formats
  /// One file added to many that were read before.
  case files
  /// Time and memory over growing logs.
  case scaling
  /// Runs in which little or nothing has changed.
  case repeats
  /// The same bytes with one thread and with more.
  case results
  /// The notebook in Python beside it.
  case peer

  /// Reads a list such as `stages,csv`; the order is always that of the document, and each stands once.
  /// - Throws: ``UnknownSection``.
  package static func list(_ text: String) throws -> [BenchmarkSection] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { name in
      String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    let wanted = try names.map { name in
      guard let section = BenchmarkSection(rawValue: name) else { throw UnknownSection(name: name) }
      return section
    }
    return allCases.filter(wanted.contains)
  }
}

/// A name that is no section's.
package struct UnknownSection: Error, CustomStringConvertible {
  /// What was written.
  package var name: String

  /// What was expected, and a guess at what was meant.
  package var description: String {
    let known = BenchmarkSection.allCases.map(\.rawValue)
    let hint = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
    return "expected some of \(known.joined(separator: ", ")), parted by commas, got '\(name)'\(hint)"
  }
}
