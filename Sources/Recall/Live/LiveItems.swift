import Clicks
import Numerics

/// The items that a page holds, and their vectors: all that have vectors of their own, or the most clicked of these.
package struct LiveItems {
  /// Their places in the catalogue, in the order of their raw ids.
  package let places: [Int]
  /// Their vectors as the index has them, `[items, dimension]`.
  package let vectors: Matrix
  /// Their embeddings as a history reads them, `[items, width]`; nil where these are ``vectors``.
  package let embeddings: Matrix?
  /// How many items have no code and share one vector, and the vector, `[1, dimension]`; nil where there are none.
  package let shared: (count: Int, vector: Matrix)?
  /// How many items with vectors of their own are left out.
  package let leftOut: Int

  /// Why the most clicked items cannot be told.
  package struct NoClicks: Error {}

  /// - Parameters:
  ///   - most: how many items are held at most, the most clicked ones; nil for all.
  ///   - moment: when the age of items is taken, in the log's unit.
  /// - Throws: ``NoClicks``; `ModelError.input` where a vector holds something that is no number.
  package init(_ saved: SavedModel, most: Int?, at moment: Int64? = nil) throws {
    let all = try saved.itemVectors(at: moment)
    let (items, codes) = (saved.catalogue.items, saved.catalogue.itemCodes)
    let uncoded = codes.indices.filter { codes[$0] == 0 }
    let areAlike = uncoded.allSatisfy { all.row($0).elementsEqual(all.row(uncoded[0])) }
    var kept = codes.indices.filter { codes[$0] > 0 || !areAlike }
    let own = kept.count
    if let most, most < own {
      guard let clicks = saved.itemClicks else { throw NoClicks() }
      kept.sort { (clicks[$1], items[$0]) < (clicks[$0], items[$1]) }
      kept = Array(kept.prefix(most))
    }
    kept.sort { items[$0] < items[$1] }
    places = kept
    leftOut = own - kept.count
    vectors = all.rows(at: kept)
    shared = areAlike && !uncoded.isEmpty ? (uncoded.count, all.rows(at: [uncoded[0]])) : nil
    let embeddings = saved.clickedEmbeddings(of: kept.map { codes[$0] })
    let isSame = kept.allSatisfy { codes[$0] > 0 } && embeddings.isNearly(vectors)
    self.embeddings = isSame ? nil : embeddings
    for matrix in [vectors, embeddings] where !matrix.elements.allSatisfy(\.isFinite) {
      throw ModelError.input("the vectors of items hold something that is no number")
    }
  }
}

extension SavedModel {
  /// The name of the table that histories read.
  var clickedTable: String { model.shape.sharesItems ? "emb_item" : "emb_history_item" }

  /// The weights called `name`.
  func weights(_ name: String) -> Matrix? { model.weights.first { $0.name == name }?.matrix }

  /// The embeddings of items, given by their codes, as a history reads them: at length one where the model has them so.
  fileprivate func clickedEmbeddings(of codes: [Int32]) -> Matrix {
    guard let table = weights(clickedTable) else { return Matrix(rows: 0, columns: 0) }
    let result = table.rows(at: codes.map(Int.init))
    guard model.shape.normalizesItems else { return result }
    let epsilon = max(model.shape.unitEpsilon, 1e-12)
    for row in 0..<result.rows {
      let squares = result.row(row).reduce(0.0) { $0 + Double($1) * Double($1) }
      let factor = Float(1 / (squares + epsilon).squareRoot())
      for column in 0..<result.columns { result[row, column] *= factor }
    }
    return result
  }
}

extension Matrix {
  /// A copy of some rows.
  func rows(at places: [Int]) -> Matrix {
    let result = Matrix(rows: places.count, columns: columns)
    for (row, place) in places.enumerated() { _ = result.row(row).update(fromContentsOf: self.row(place)) }
    return result
  }

  /// Whether it is `other` but for rounding.
  fileprivate func isNearly(_ other: Matrix) -> Bool {
    rows == other.rows && columns == other.columns
      && zip(elements, other.elements).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
  }
}
