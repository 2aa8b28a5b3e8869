import Clicks
import Recall
import Report

extension CatalogueFeatures {
  /// How many codes or buckets each column has, as rows of a table; `what` says whose features they are, in the plural.
  func counts(of what: String) -> [[Table.Cell]] {
    var rows: [[Table.Cell]] = []
    func add(_ text: String, _ count: Int) { rows.append([.text(text), .int(count)]) }
    for column in categories { add("Codes of \(what)' \(column.name), with 0", column.vocabulary.size) }
    for column in numbers { add("Buckets of \(what)' \(column.name)", column.edges.count) }
    if let age { add("Buckets of \(what)' age by \(age.name)", age.buckets.count) }
    for column in multi { add("Values of \(what)' \(column.name)", column.values.count) }
    for column in texts { add("Buckets of words of \(what)' \(column.name)", column.buckets) }
    if let vectors {
      add("Vectors of \(what) in \(vectors.name), each of \(vectors.width) numbers", vectors.rows - 1)
    }
    return rows
  }
}
