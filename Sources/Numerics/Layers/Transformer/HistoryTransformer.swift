/// The vector that a transformer has at the newest known click of each row's history.
///
///     x_j = drop(sqrt(d) e_j + p_j),   j = 0 the oldest known click of the window,
///
/// then blocks (`TransformerBlock`), then layer normalisation. No click sees a later one, so that what stands at a place is
/// the vector of the history that ends there: rows of training whose windows grow from one to the next are one pass over
/// one sequence. Positions are counted from the beginning of the window and not from its end, as the same place of the pass
/// is the newest click of one row and an older one of the next; a history within the model's longest has the same vector in
/// training and when it is asked for. Unknown clicks (item 0) are left out; an empty history gives zeros.
///
/// Source: W.-C. Kang and J. McAuley, "Self-Attentive Sequential Recommendation" (SASRec), ICDM 2018; that its layers are
/// normalised first, and gated ones, as in "eSASRec", 2025.
final class HistoryTransformer: FeatureSource {
  /// What is learned besides the table.
  struct Layers {
    /// p, `[longest window, d]`.
    var positions: Parameter
    var blocks: [TransformerBlock]
    var norm: LayerNorm
  }

  let table: Parameter
  private let layers: Layers
  private let widths: TransformerWidths
  private let rate: Double
  private let packed = PackedSequences()
  private let activations: TransformerActivations
  private let gradients: TransformerGradients

  /// The number that this layer's masks begin with.
  private static let firstLayerNumber = 2_000
  /// About how many clicks go through the blocks together where nothing is kept.
  private static let clicksAtOnce = 512

  /// Reads rows of `table`; training drops the share `dropout`.
  init(in table: Parameter, _ layers: Layers, _ widths: TransformerWidths, dropout: Double) {
    self.table = table
    (self.layers, self.widths, rate) = (layers, widths, dropout)
    activations = TransformerActivations(widths, keeping: layers.blocks.count)
    gradients = TransformerGradients(widths)
  }

  var denseParameters: [Parameter] {
    [layers.positions] + layers.blocks.flatMap(\.parameters) + layers.norm.parameters
  }
  var keepsClicks: Bool { true }
  var sharesWindows: Bool { true }

  func prepare(_ inputs: RowInputs) {
    packed.pack(inputs)
    precondition(packed.longest <= layers.positions.value.rows, "a window is no longer than the model reads")
    guard inputs.training != nil else { return }
    activations.reserve(clicks: packed.count, longest: packed.longest)
    gradients.reserve(clicks: packed.count)
  }

  func lookups(_ inputs: RowInputs) -> Int { packed.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "the history is the first source of its block")
    let part = packed.part(inputs)
    if let training = inputs.training {
      forward(part, in: activations, part.clicks, training.dropout, with: kernels)
      return write(part, of: activations.output(part.clicks).vectors, to: features)
    }
    // Two rows at least, as the products of one add up in another order.
    let room = TransformerActivations(widths, keeping: nil)
    packed.forEachPiece(of: part, clicks: Self.clicksAtOnce) { piece in
      let rows = 0..<max(2, piece.clicks.count)
      room.reserve(clicks: rows.count, longest: packed.longest)
      forward(piece, in: room, rows, nil, with: kernels)
      let first = piece.rows.lowerBound - part.rows.lowerBound
      write(piece, of: room.output(rows).vectors, to: features.rows(first..<first + piece.rows.count))
    }
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(
      rows: packed.items.start,
      gradient: gradients.views(0..<packed.count).residual,
      with: kernels
    )
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    let part = packed.part(inputs)
    guard !part.clicks.isEmpty else {
      for parameter in denseParameters { parameter.gradientPart(shard).clear() }
      return
    }
    let (views, dropout) = (gradients.views(part.clicks), inputs.training?.dropout)
    views.normalized.clear()
    for row in part.rows {
      guard let place = packed.place(of: row, in: part) else { continue }
      let own = gradient.row(row - part.rows.lowerBound)
      kernels.add(own, to: views.normalized.row(place), count: width)
    }
    views.residual.clear()
    layers.norm.backward(
      activations.input(layers.blocks.count, part.clicks),
      statistics: activations.output(part.clicks).statistics,
      gradient: views.normalized,
      addingTo: views.residual,
      shard: shard,
      with: kernels
    )
    for (index, block) in layers.blocks.enumerated().reversed() {
      block.backward(
        activations.block(index, part.clicks),
        views,
        part.sequences,
        longest: packed.longest,
        masks(index, dropout, part.clicks),
        shard: shard,
        with: kernels
      )
    }
    let positions = layers.positions.gradientPart(shard)
    positions.clear()
    kernels.positionsBackward(
      views.residual,
      part.sequences,
      scale: scale,
      dropout: positionMask(dropout, part.clicks),
      to: positions.start
    )
  }
}

// MARK: - Parts of a pass

extension HistoryTransformer {
  /// Computes the vectors of all clicks of `part` in the rows `rows` of `room`, as many as it has clicks or more.
  private func forward(
    _ part: PackedSequences.Part,
    in room: TransformerActivations,
    _ rows: Range<Int>,
    _ dropout: DropoutKey?,
    with kernels: any Kernels
  ) {
    guard !part.clicks.isEmpty else { return }
    let input = room.input(0, rows)
    let clicks = input.rows(0..<part.clicks.count)
    input.rows(part.clicks.count..<rows.count).clear()
    kernels.gather(
      table.value.start,
      ids: packed.items.start + part.clicks.lowerBound,
      unit: table.unit,
      adds: false,
      into: clicks
    )
    kernels.addPositions(
      layers.positions.value.start,
      to: clicks,
      part.sequences,
      scale: scale,
      dropout: positionMask(dropout, part.clicks)
    )
    for (index, block) in layers.blocks.enumerated() {
      block.forward(
        room.block(index, rows),
        part.sequences,
        longest: packed.longest,
        masks(index, dropout, part.clicks),
        with: kernels
      )
    }
    let output = room.output(rows)
    layers.norm.forward(
      room.input(layers.blocks.count, rows),
      statistics: output.statistics,
      into: output.vectors,
      with: kernels
    )
  }

  /// Writes what stands at each row's place.
  private func write(_ part: PackedSequences.Part, of vectors: MatrixView, to features: MatrixView) {
    for row in part.rows {
      let feature = features.row(row - part.rows.lowerBound)
      if let place = packed.place(of: row, in: part) {
        feature.update(from: vectors.row(place), count: width)
      } else {
        feature.update(repeating: 0, count: width)
      }
    }
  }

  private var scale: Float { Float(width).squareRoot() }

  private func positionMask(_ dropout: DropoutKey?, _ clicks: Range<Int>) -> DropoutMask? {
    guard rate > 0, let dropout else { return nil }
    return DropoutMask(rate: rate, key: dropout.layer(Self.firstLayerNumber))
      .advanced(by: clicks.lowerBound * width)
  }

  private func masks(_ block: Int, _ dropout: DropoutKey?, _ clicks: Range<Int>) -> TransformerBlock.Masks {
    layers.blocks[block].masks(
      dropout,
      first: Self.firstLayerNumber + 1 + 4 * block,
      click: clicks.lowerBound,
      weightColumns: (widths.heads + 1) * packed.longest
    )
  }
}
