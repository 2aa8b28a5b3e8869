import Files
import Numerics

/// The vectors of all items with a graph of their neighbours, as `hnswlib` loads it, and the ids behind its labels.
package enum HnswlibExport: ModelExport {
  private static let index = "item_vectors.hnswlib"
  private static let labels = "item_labels.json"
  /// Of graphs that are built here: neighbours of an item, and candidates of an insertion.
  private static let (links, construction) = (32, 200)
  /// How many candidates a search is told to keep where the model says nothing of it.
  private static let usualSearch = 200

  package static func files(of saved: SavedModel) -> [ExportedFile] {
    [
      ExportedFile(
        name: index,
        explanation: "the vectors of all items with their graph, as `hnswlib.Index.load_index` reads it"
      ),
      ExportedFile(
        name: labels,
        explanation: "how that is loaded, and the items' ids, an array in which a label is a place"
      ),
    ]
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    let search = try saved.openIndex()
    let vectors = search.vectors
    for (row, key) in saved.catalogue.items.enumerated() where !vectors.row(row).allSatisfy(\.isFinite) {
      throw SavedModelFailure(
        "the vector of the item '\(saved.itemID(key))' is not finite, of which no graph of neighbours can be made: training "
          + "has diverged"
      )
    }
    let kept = try graph(of: search, SharedVectors(vectors))
    try HnswlibFile(graph: kept.graph, vectors: vectors).write(to: try path(index))
    let effort = kept.isSaved ? saved.search.settings.efSearch : usualSearch
    try writeLabels(saved, width: vectors.columns, effort: effort, to: try path(labels))
  }

  /// The graph that the model searches with, where it is one over all its vectors and no two of these are the same; else one
  /// of its own.
  private static func graph(of search: SearchIndex, _ shared: SharedVectors) throws -> (
    graph: HNSWGraph, isSaved: Bool
  ) {
    if let index = search.approximate, shared.repeats.isEmpty, let rows = rows(of: index, search.ids),
      var graph = try HNSWGraph(of: index, rows: rows)
    {
      graph.connect()
      return (graph, true)
    }
    var graph = try HNSWGraph(
      building: try taken(search.vectors, shared.distinct),
      rows: shared.distinct,
      of: search.vectors.rows,
      links: links,
      construction: construction
    )
    for row in shared.distinct { graph.hang(shared.repeats[row] ?? [], below: Int(row)) }
    graph.connect()
    return (graph, false)
  }

  /// Which row each vector of `index` is; nil where they are not just the items.
  private static func rows(of index: FaissIndex, _ items: [Int64]) -> [Int32]? {
    let ids = index.ids
    guard ids.count == items.count else { return nil }
    if ids == items { return items.indices.map(Int32.init) }
    let places = Dictionary(zip(items, items.indices.map(Int32.init))) { first, _ in first }
    let rows = ids.compactMap { places[$0] }
    return Set(rows).count == items.count ? rows : nil
  }

  /// The vectors of `rows`; all of them as they lie.
  private static func taken(_ vectors: Matrix, _ rows: [Int32]) throws -> Matrix {
    guard rows.count < vectors.rows else { return vectors }
    let result = try Matrix(rows: rows.count, columns: vectors.columns, for: "the vectors of a graph")
    for (place, row) in rows.enumerated() {
      _ = result.row(place).update(fromContentsOf: vectors.row(Int(row)))
    }
    return result
  }

  private static func writeLabels(_ saved: SavedModel, width: Int, effort: Int, to path: String) throws {
    let ids = saved.catalogue.items.map { key in
      saved.itemNames == nil ? JSONValue.int(Int(key)) : .string(saved.itemID(key))
    }
    let members: [(key: String, value: JSONValue)] = [
      ("space", .string("ip")), ("dim", .int(width)), ("ef", .int(effort)), ("ids", .array(ids)),
    ]
    try AtomicFile.write(JSONValue.object(members).text(.compact) + "\n", to: path)
  }
}
