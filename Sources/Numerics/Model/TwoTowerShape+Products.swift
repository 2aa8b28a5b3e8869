/// The matrix products of a model: where nearly all of its arithmetic is.
extension TwoTowerShape {
  /// The products of the query tower, forward, for `rows` requests; rows go through it in shards.
  package func queryProducts(rows: Int) -> [MatrixProduct] {
    (forward(queryLayers, rows: rows) + interestProducts(rows: rows, count: interests ?? 0)).map(ofAll)
  }

  private var queryLayers: [(inputs: Int, outputs: Int)] {
    layers(queryKind, inputs: queryWidth, isMapped: usesNewestClick)
  }

  /// What `count` interests read, through their map.
  private func interestProducts(rows: Int, count: Int) -> [MatrixProduct] {
    guard count > 0 else { return [] }
    return forward([(embeddingDimension, member.vectorDimension)], rows: rows).map { $0.repeated(count) }
  }

  /// The products of the item tower, forward, for `rows` items.
  package func itemProducts(rows: Int) -> [MatrixProduct] {
    forward(layers(itemKind, inputs: itemWidth, isMapped: false), rows: rows).map(ofAll)
  }

  /// The products of one epoch: forward and backward through both towers, logits, and the gradients of the logits
  /// by both sides. What lies between them (activations, what pools a history, softmax, embeddings, the
  /// optimiser) is not counted.
  ///
  /// - Parameters:
  ///   - samples: the samples of the epoch.
  ///   - batch: the samples of a step; a last, smaller step is counted too.
  ///   - candidates: what a query is told apart from; the batch's targets where nil.
  package func trainingProducts(samples: Int, batch: Int, candidates: Int? = nil) -> [MatrixProduct] {
    guard batch > 0 else { return [] }
    let full = stepProducts(batch, candidates ?? batch).map { $0.repeated(samples / batch) }
    let rest = samples % batch
    let last = rest > 0 ? stepProducts(rest, candidates ?? rest) : []
    return (full + last).filter { $0.count > 0 }
  }

  private func stepProducts(_ batch: Int, _ candidates: Int) -> [MatrixProduct] {
    let queries = queryProducts(rows: batch)
    let items = itemProducts(rows: candidates)
    // Of a query's vectors one goes back.
    let back =
      forward(queryLayers, rows: batch) + interestProducts(rows: batch, count: interests == nil ? 0 : 1)
    return queries + items + (back.map(ofAll) + items).flatMap(backward) + lossProducts(batch, candidates)
  }

  /// The gradient by the weights, and that by the input, which the first layer's embeddings need too.
  private func backward(_ product: MatrixProduct) -> [MatrixProduct] {
    [
      MatrixProduct(
        rows: product.inner,
        inner: product.rows,
        columns: product.columns,
        transposesLeft: true,
        count: product.count
      ),
      MatrixProduct(
        rows: product.rows,
        inner: product.columns,
        columns: product.inner,
        transposesRight: true,
        count: product.count
      ),
    ]
  }

  /// A product as often as there are models.
  private func ofAll(_ product: MatrixProduct) -> MatrixProduct { product.repeated(ensemble ?? 1) }

  private func lossProducts(_ batch: Int, _ candidates: Int) -> [MatrixProduct] {
    ([member.vectorDimension] + prefixWidths).flatMap { lossProducts(batch, candidates, width: $0) }.map(
      ofAll
    )
  }

  private func lossProducts(_ batch: Int, _ candidates: Int, width: Int) -> [MatrixProduct] {
    let tiles = cut(batch, into: DirectedLoss.tileRows(candidates: candidates))
    let logits = tiles.flatMap { rows, count in
      [
        MatrixProduct(rows: rows, inner: width, columns: candidates, transposesRight: true, count: count),
        MatrixProduct(rows: rows, inner: candidates, columns: width, count: count),
      ]
    }
    let byCandidates = cut(candidates, into: TwoTowerModel.shardRows).map { rows, count in
      MatrixProduct(rows: rows, inner: batch, columns: width, transposesLeft: true, count: count)
    }
    return logits + byCandidates
  }

  private func forward(_ layers: [(inputs: Int, outputs: Int)], rows: Int) -> [MatrixProduct] {
    layers.flatMap { layer in
      cut(rows, into: TwoTowerModel.shardRows).map { rows, count in
        MatrixProduct(rows: rows, inner: layer.inputs, columns: layer.outputs, count: count)
      }
    }
  }

  /// The layers of a tower as widths: dense ones, and the map of a tower that adds up.
  private func layers(_ kind: TowerKind, inputs: Int, isMapped: Bool) -> [(inputs: Int, outputs: Int)] {
    let dimension = embeddingDimension
    if kind == .identity { return isMapped ? [(dimension, dimension)] : [] }
    let widths = [inputs] + hiddenUnits
    let dense = zip(widths, widths.dropFirst()).map { (inputs: $0, outputs: $1) }
    return kind == .residual ? dense + [(widths[widths.count - 1], dimension)] : dense
  }

  /// Pieces of `size` and one that is what is left.
  private func cut(_ count: Int, into size: Int) -> [(rows: Int, count: Int)] {
    let whole = count / size > 0 ? [(rows: size, count: count / size)] : []
    return whole + (count % size > 0 ? [(rows: count % size, count: 1)] : [])
  }
}
